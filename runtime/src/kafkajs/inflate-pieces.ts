import { setImmediate } from 'node:timers/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { CODEC } from './inflate.ts';
import { findLz4Blocks, inflateLz4Block } from './lz4.ts';
import { spanOf, type Span } from './lz-match.ts';
import { findSnappyBlocks, inflateSnappyBlock } from './snappy.ts';

const PIECE_BYTES = 256 * 1024;

/** How far back a match may reach: by LZ4's format, and because Snappy's compressors work in blocks of that size. */
const HISTORY_BYTES = 64 * 1024;

/** Inflated between two turns of the event loop. */
const TURN_BYTES = 4 * 1024 * 1024;

/**
 * Inflates piece by piece what is too large to be held whole. The next piece is inflated only when it is asked for,
 * and may overwrite the one before.
 * @throws an Error where the bytes make no sense
 */
export function inflatePieces(codec: number, compressed: Buffer): AsyncIterable<Buffer> {
  if (codec === CODEC.snappy) return yieldingTurns(snappyPieces(compressed));
  if (codec === CODEC.lz4) return yieldingTurns(lz4Pieces(compressed));
  const options = { chunkSize: PIECE_BYTES };
  return (codec === CODEC.gzip ? createGunzip(options) : createZstdDecompress(options)).end(compressed);
}

async function* yieldingTurns(pieces: Iterable<Buffer>): AsyncGenerator<Buffer, void, void> {
  let bytes = 0;
  for (const piece of pieces) {
    yield piece;
    bytes += piece.length;
    if (bytes < TURN_BYTES) continue;
    bytes = 0;
    await setImmediate();
  }
}

function* snappyPieces(compressed: Buffer): Generator<Buffer, void, void> {
  const blocks = findSnappyBlocks(compressed);
  if (blocks === null) throw new Error('the lengths of its snappy blocks make no sense');
  const source = spanOf(compressed);
  const window = spanOf(Buffer.allocUnsafe(HISTORY_BYTES + PIECE_BYTES));
  let to = 0;
  for (const block of blocks) {
    let inflatedBytes = 0;
    do {
      const start = slide(window, to);
      to = inflateSnappyBlock(source, block, window, start);
      // Without progress, though there is room for any element, it would never end.
      if (to <= start && block.from < block.end) throw new Error('a snappy block makes no sense');
      inflatedBytes += to - start;
      yield window.bytes.subarray(start, to);
    } while (block.from < block.end);
    if (inflatedBytes !== block.inflatedBytes) throw new Error('a snappy block is not what its length says');
  }
}

function* lz4Pieces(compressed: Buffer): Generator<Buffer, void, void> {
  const frame = findLz4Blocks(compressed);
  if (frame === null) throw new Error('it is not an LZ4 frame');
  const source = spanOf(compressed);
  const window = spanOf(Buffer.allocUnsafe(HISTORY_BYTES + frame.maxBlockBytes));
  let to = 0;
  for (const block of frame.blocks) {
    const start = slide(window, to);
    to = inflateLz4Block(source, block, window, start, window.bytes.length);
    if (to < 0) throw new Error('an LZ4 block makes no sense');
    yield window.bytes.subarray(start, to);
  }
}

/** Moves the history to the window's front; returns where it ends. */
function slide({ bytes }: Span, filled: number): number {
  if (filled <= HISTORY_BYTES) return filled;
  bytes.copyWithin(0, filled - HISTORY_BYTES, filled);
  return HISTORY_BYTES;
}
