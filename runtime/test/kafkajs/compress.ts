import { gzipSync, zstdCompressSync } from 'node:zlib';
import { BITS, varint, type WrittenBatch } from './encode-fetch.ts';

/**
 * Snappy without a search for repeats: runs of one byte become copies, all else literals. Raw as librdkafka writes it.
 */
function snappyRaw(bytes: Buffer): Buffer {
  const out: Buffer[] = [unsignedVarint(bytes.length)];
  for (let at = 0; at < bytes.length;) {
    const run = runAt(bytes, at, 65);
    if (run < 8) {
      const end = Math.min(at + 60, bytes.length);
      out.push(Buffer.from([(end - at - 1) << 2]), bytes.subarray(at, end));
      at = end;
    } else {
      // One literal byte, then a copy of it with an offset of two bytes.
      out.push(Buffer.from([0, bytes[at] as number, ((run - 2) << 2) | 2, 1, 0]));
      at += run;
    }
  }
  return Buffer.concat(out);
}

/** The same in snappy-java's framing, with blocks of 32 KiB. */
function snappyFramed(bytes: Buffer): Buffer {
  const out: Buffer[] = [Buffer.from('82534e41505059000000000100000001', 'hex')];
  for (let at = 0; at < bytes.length; at += 32_768) {
    const block = snappyRaw(bytes.subarray(at, at + 32_768));
    const length = Buffer.alloc(4);
    length.writeUInt32BE(block.length);
    out.push(length, block);
  }
  return Buffer.concat(out);
}

/**
 * LZ4's frame format, with blocks of 64 KiB, runs of one byte as matches and all else as literals. The checksum of the
 * header is left at 0.
 */
function lz4Frame(bytes: Buffer): Buffer {
  const blocks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += 65_536) blocks.push(lz4Block(bytes.subarray(at, at + 65_536)));
  return lz4FrameOf(blocks);
}

/** A frame of blocks that are compressed already. */
export function lz4FrameOf(blocks: readonly Buffer[]): Buffer {
  const parts = blocks.flatMap((block) => [littleEndian(block.length), block]);
  return Buffer.concat([Buffer.from('04224d18604000', 'hex'), ...parts, littleEndian(0)]);
}

function lz4Block(bytes: Buffer): Buffer {
  const out: Buffer[] = [];
  let literalStart = 0;
  for (let at = 0; at < bytes.length;) {
    const run = runAt(bytes, at, 50_000);
    if (run >= 32 && at + run < bytes.length) {
      out.push(lz4Sequence(bytes.subarray(literalStart, at + 1), run - 1));
      literalStart = at + run;
    }
    at += run;
  }
  out.push(lz4Sequence(bytes.subarray(literalStart), null));
  return Buffer.concat(out);
}

/** Literals, then a match with what lies one byte before; without it, the last sequence of a block. */
function lz4Sequence(literals: Buffer, match: number | null): Buffer {
  const token = (Math.min(literals.length, 15) << 4) | Math.min((match ?? 4) - 4, 15);
  const head = Buffer.from([token, ...restOf(literals.length)]);
  return Buffer.concat([head, literals, Buffer.from(match === null ? [] : [1, 0, ...restOf(match - 4)])]);
}

/** What a length of four bits does not hold. */
function restOf(length: number): number[] {
  if (length < 15) return [];
  return [...Array.from({ length: Math.floor((length - 15) / 255) }, () => 255), (length - 15) % 255];
}

function littleEndian(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function runAt(bytes: Buffer, at: number, limit: number): number {
  let end = at + 1;
  while (end < bytes.length && end - at < limit && bytes[end] === bytes[at]) end++;
  return end - at;
}

// The zigzag of n is 2n, that of −1 − n is 2n + 1.
function unsignedVarint(value: number): Buffer {
  return value % 2 === 0 ? varint(value / 2) : varint(-(value + 1) / 2);
}

type Compression = Required<Pick<WrittenBatch, 'attributes' | 'compress'>>;

/** To be spread into a batch. */
export const compressions: Readonly<Record<string, Compression>> = {
  gzip: { attributes: BITS.gzip, compress: (bytes) => gzipSync(bytes, { level: 1 }) },
  snappy: { attributes: BITS.snappy, compress: snappyRaw },
  'framed snappy': { attributes: BITS.snappy, compress: snappyFramed },
  lz4: { attributes: BITS.lz4, compress: lz4Frame },
  zstd: { attributes: BITS.zstd, compress: (bytes) => zstdCompressSync(bytes) },
};
