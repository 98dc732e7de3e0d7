import { copyLiteral, copyMatch, type Span } from './lz-match.ts';

/**
 * LZ4's frame format (https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md):
 *
 *   magic 0x184D2204 · FLG (version 01, then bits: blocks independent, block checksums, content size, content
 *   checksum, –, dictionary) · BD (bits 4–6: largest block) · content size 8 bytes where FLG says so · header checksum
 *   1 byte · blocks, each with its length in front (uint32; highest bit: stored as it is) · length 0 · checksum
 *
 * LZ4's own checksums are not looked at: the batch's CRC covers the same bytes.
 */
export interface Lz4Block {
  readonly from: number;
  readonly end: number;
  readonly isStored: boolean;
}

export interface Lz4Frame {
  readonly maxBlockBytes: number;
  readonly blocks: Lz4Block[];
}

const MAGIC = 0x184d2204;
const FLAG = { blockChecksum: 0x10, contentSize: 0x08, dictionary: 0x01 };
const STORED = 0x80000000;

/** @returns the blocks of a frame; null where the bytes are not a whole frame, or one that needs a dictionary */
export function findLz4Blocks(bytes: Buffer): Lz4Frame | null {
  if (bytes.length < 11 || bytes.readUInt32LE(0) !== MAGIC) return null;
  const flags = bytes[4] as number;
  const sizeCode = ((bytes[5] as number) >>> 4) & 7;
  if (flags >>> 6 !== 1 || (flags & FLAG.dictionary) !== 0 || sizeCode < 4) return null;
  const checksumBytes = (flags & FLAG.blockChecksum) === 0 ? 0 : 4;
  const maxBlockBytes = 2 ** (8 + 2 * sizeCode);
  const blocks: Lz4Block[] = [];
  let at = (flags & FLAG.contentSize) === 0 ? 7 : 15;
  while (at + 4 <= bytes.length) {
    const word = bytes.readUInt32LE(at);
    if (word === 0) return { maxBlockBytes, blocks };
    const from = at + 4;
    const end = from + (word & ~STORED);
    if (end > bytes.length) return null;
    blocks.push({ from, end, isStored: word >= STORED });
    at = end + checksumBytes;
  }
  return null;
}

/**
 * Inflates one block into `out`, from `to` on and at most up to `limit`. Matches may reach back into what lies before
 * `to`: blocks need not be independent.
 * @returns where the next byte goes; −1 where the bytes make no sense
 */
export function inflateLz4Block(source: Span, block: Lz4Block, out: Span, to: number, limit: number): number {
  const { bytes } = source;
  if (block.isStored) {
    const length = block.end - block.from;
    return length > limit - to ? -1 : copyLiteral(source, block.from, length, out, to);
  }
  const { end } = block;
  let from = block.from;
  let next = to;
  while (from < end) {
    const token = bytes[from++] as number;
    let length = token >>> 4;
    if (length === 15) {
      let byte = 255;
      while (byte === 255 && from < end) length += byte = bytes[from++] as number;
    }
    if (length > end - from || length > limit - next) return -1;
    next = copyLiteral(source, from, length, out, next);
    from += length;
    // The last sequence has literals only.
    if (from === end) return next;
    if (from + 2 > end) return -1;
    const distance = (bytes[from] as number) | ((bytes[from + 1] as number) << 8);
    from += 2;
    length = token & 15;
    if (length === 15) {
      let byte = 255;
      while (byte === 255 && from < end) length += byte = bytes[from++] as number;
    }
    length += 4;
    if (distance === 0 || distance > next || length > limit - next) return -1;
    next = copyMatch(out, next, distance, length);
  }
  return -1;
}
