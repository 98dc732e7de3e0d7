import { copyLiteral, copyMatch, type Span } from './lz-match.ts';

/**
 * Snappy (https://github.com/google/snappy/blob/main/format_description.txt), raw as librdkafka writes it, or in the
 * framing of Java's snappy-java: "\x82SNAPPY\0", two versions (int32 each), then raw blocks, each with its length in
 * front (int32). A raw block is its inflated length (varint) and then literals and copies.
 */
export interface SnappyBlock {
  /** Where the next element begins; moves. */
  from: number;
  readonly end: number;
  /** What is left of a literal that did not fit. */
  literalLeft: number;
  readonly inflatedBytes: number;
}

const FRAMED = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const FRAME_HEADER_BYTES = 16;

/** @returns the raw blocks of either form; null where the lengths make no sense */
export function findSnappyBlocks(bytes: Buffer): SnappyBlock[] | null {
  if (!bytes.subarray(0, FRAMED.length).equals(FRAMED)) {
    const block = blockAt(bytes, 0, bytes.length);
    return block === null ? null : [block];
  }
  if (bytes.length < FRAME_HEADER_BYTES) return null;
  const blocks: SnappyBlock[] = [];
  for (let at = FRAME_HEADER_BYTES; at < bytes.length;) {
    if (at + 4 > bytes.length) return null;
    const start = at + 4;
    at = start + bytes.readUInt32BE(at);
    const block = at > bytes.length ? null : blockAt(bytes, start, at);
    if (block === null) return null;
    blocks.push(block);
  }
  return blocks;
}

function blockAt(bytes: Buffer, start: number, end: number): SnappyBlock | null {
  let inflatedBytes = 0;
  for (let at = start, scale = 1; at < end && at < start + 5; at++, scale *= 128) {
    const byte = bytes[at] as number;
    inflatedBytes += (byte & 0x7f) * scale;
    if (byte < 0x80) return { from: at + 1, end, literalLeft: 0, inflatedBytes };
  }
  return null;
}

/**
 * Inflates the block from `block.from` on into `out`, from `to` on, and stops at its end or in front of what does not
 * fit; `block` says how far it came.
 * @returns where the next byte goes; −1 where the bytes make no sense
 */
export function inflateSnappyBlock(source: Span, block: SnappyBlock, out: Span, to: number): number {
  const { bytes } = source;
  let next = to;
  while (true) {
    if (block.literalLeft > 0) {
      const length = Math.min(block.literalLeft, out.bytes.length - next);
      if (block.from + block.literalLeft > block.end) return -1;
      next = copyLiteral(source, block.from, length, out, next);
      block.from += length;
      block.literalLeft -= length;
      if (block.literalLeft > 0) return next;
    }
    if (block.from >= block.end) return next;
    const tag = bytes[block.from] as number;
    if ((tag & 3) === 0) {
      startLiteral(bytes, block, tag);
      continue;
    }
    const size = (tag & 3) === 3 ? 5 : (tag & 3) + 1;
    const distance = distanceOf(bytes, block.from, tag);
    const length = (tag & 3) === 1 ? 4 + ((tag >>> 2) & 7) : 1 + (tag >>> 2);
    if (block.from + size > block.end || distance === 0 || distance > next) return -1;
    if (length > out.bytes.length - next) return next;
    next = copyMatch(out, next, distance, length);
    block.from += size;
  }
}

// Lengths from 60 on stand in the next one to four bytes.
function startLiteral(bytes: Buffer, block: SnappyBlock, tag: number): void {
  const short = tag >>> 2;
  const extra = short < 60 ? 0 : short - 59;
  block.literalLeft = 1 + (extra === 0 ? short : littleEndian(bytes, block.from + 1, extra));
  block.from += 1 + extra;
}

function distanceOf(bytes: Buffer, from: number, tag: number): number {
  if ((tag & 3) === 1) return ((tag >>> 5) << 8) | (bytes[from + 1] as number);
  return littleEndian(bytes, from + 1, (tag & 3) === 2 ? 2 : 4);
}

// Zero bits past the end: the caller then finds the element outside of its block.
function littleEndian(bytes: Buffer, from: number, length: number): number {
  let value = 0;
  for (let index = length - 1; index >= 0; index--) value = value * 256 + (bytes[from + index] ?? 0);
  return value;
}
