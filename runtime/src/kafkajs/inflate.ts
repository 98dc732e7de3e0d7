import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { findLz4Blocks, inflateLz4Block } from './lz4.ts';
import { spanOf, type Span } from './lz-match.ts';
import { findSnappyBlocks, inflateSnappyBlock } from './snappy.ts';

/** The codec numbers of a batch's attributes (https://kafka.apache.org/documentation/#recordbatch). */
export const CODEC = { none: 0, gzip: 1, snappy: 2, lz4: 3, zstd: 4 } as const;

/** A batch that inflates beyond this is never held whole. */
export const MAX_INFLATED_BYTES = 64 * 1024 * 1024;

export interface NotInflated {
  readonly reason: 'too-large' | 'corrupt' | 'unknown-codec';
  readonly message: string;
}

const TOO_LARGE: NotInflated = {
  reason: 'too-large',
  message: `it inflates beyond ${MAX_INFLATED_BYTES} bytes`,
};

/**
 * Inflates the records of a batch, at once: for the megabyte that a batch has, a trip through the thread pool costs
 * more than it frees.
 * @returns the bytes, or `too-large` as soon as they exceed MAX_INFLATED_BYTES
 */
export function inflate(codec: number, compressed: Buffer): Buffer | NotInflated {
  switch (codec) {
    case CODEC.gzip:
      return inflateGzip(compressed);
    case CODEC.snappy:
      return inflateSnappy(compressed);
    case CODEC.lz4:
      return inflateLz4(compressed);
    case CODEC.zstd:
      return inflateByZlib(zstdDecompressSync, compressed, 8 * compressed.length);
    default:
      return { reason: 'unknown-codec', message: `compression codec ${codec} is not known` };
  }
}

/** @param sizeHint - the inflated size, if the guess is right: it saves putting the output together from pieces */
function inflateByZlib(
  inflateSync: (compressed: Buffer, options: { maxOutputLength: number; chunkSize: number }) => Buffer,
  compressed: Buffer,
  sizeHint: number,
): Buffer | NotInflated {
  const chunkSize = Math.min(Math.max(sizeHint, 1024), 1024 * 1024);
  try {
    return inflateSync(compressed, { maxOutputLength: MAX_INFLATED_BYTES, chunkSize });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === 'ERR_BUFFER_TOO_LARGE' ? TOO_LARGE : corrupt(message);
  }
}

// Deflate's limit: no bytes inflate to more.
const GZIP_MAX_RATIO = 1032;

// The last four bytes are the inflated size modulo 2^32 (RFC 1952): a hint, which nothing relies on.
function inflateGzip(compressed: Buffer): Buffer | NotInflated {
  const named = compressed.length < 18 ? 0 : compressed.readUInt32LE(compressed.length - 4);
  const sizeHint = Math.min(named, compressed.length * GZIP_MAX_RATIO);
  return sizeHint > MAX_INFLATED_BYTES ? TOO_LARGE : inflateByZlib(gunzipSync, compressed, sizeHint);
}

const workbench = spanOf(Buffer.allocUnsafeSlow(1024 * 1024));

/** Room for batches of ordinary size is always the same: memory that is new each time costs as much as inflating. */
function roomFor(bytes: number): Span {
  return bytes <= workbench.bytes.length ? workbench : spanOf(Buffer.allocUnsafeSlow(bytes));
}

/** The first bytes of a room, in memory of their own and no more than they need. */
function takeOut(room: Span, length: number): Buffer {
  const bytes = room.bytes.subarray(0, length);
  return room === workbench || length * 2 < room.bytes.length ? Buffer.from(bytes) : bytes;
}

function inflateSnappy(compressed: Buffer): Buffer | NotInflated {
  const blocks = findSnappyBlocks(compressed);
  if (blocks === null) return corrupt('the lengths of its snappy blocks make no sense');
  const size = blocks.reduce((sum, block) => sum + block.inflatedBytes, 0);
  if (size > MAX_INFLATED_BYTES) return TOO_LARGE;
  const source = spanOf(compressed);
  const room = roomFor(size);
  let to = 0;
  for (const block of blocks) {
    const end = to + block.inflatedBytes;
    to = inflateSnappyBlock(source, block, room, to);
    if (to !== end || block.from !== block.end) return corrupt('a snappy block is not what its length says');
  }
  return takeOut(room, to);
}

function inflateLz4(compressed: Buffer): Buffer | NotInflated {
  const frame = findLz4Blocks(compressed);
  if (frame === null) return corrupt('it is not an LZ4 frame');
  const { maxBlockBytes, blocks } = frame;
  // No byte inflates to more than 255.
  const most = blocks.reduce((sum, { from, end }) => sum + Math.min(255 * (end - from), maxBlockBytes), 0);
  const source = spanOf(compressed);
  const room = roomFor(Math.min(most, MAX_INFLATED_BYTES + maxBlockBytes));
  let to = 0;
  for (const block of blocks) {
    to = inflateLz4Block(source, block, room, to, Math.min(to + maxBlockBytes, room.bytes.length));
    if (to < 0) return corrupt('an LZ4 block makes no sense');
    if (to > MAX_INFLATED_BYTES) return TOO_LARGE;
  }
  return takeOut(room, to);
}

function corrupt(message: string): NotInflated {
  return { reason: 'corrupt', message };
}
