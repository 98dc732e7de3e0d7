/**
 * CRC-32C (Castagnoli, RFC 3720 appendix B.4), the checksum of a record batch. `node:zlib` has only the other CRC-32.
 * Eight bytes a step through eight tables, read as 32-bit words: about 2 GB/s.
 */
const REVERSED_POLYNOMIAL = 0x82f63b78;

const tables = Array.from({ length: 8 }, () => new Int32Array(256));
const [T0, T1, T2, T3, T4, T5, T6, T7] = tables as [Table, Table, Table, Table, Table, Table, Table, Table];
type Table = Int32Array;

for (let byte = 0; byte < 256; byte++) {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 0 ? crc >>> 1 : (crc >>> 1) ^ REVERSED_POLYNOMIAL;
  T0[byte] = crc;
}
for (let step = 1; step < 8; step++) {
  const previous = tables[step - 1] as Table;
  const table = tables[step] as Table;
  for (let byte = 0; byte < 256; byte++) {
    const crc = previous[byte] as number;
    table[byte] = (crc >>> 8) ^ (T0[crc & 0xff] as number);
  }
}

/** The CRC-32C of the bytes from `start` up to `end`, as an unsigned number. */
export function crc32c(bytes: Buffer, start: number, end: number): number {
  // Words can be read only where the memory's address is a multiple of four.
  const aligned = start + (-(bytes.byteOffset + start) & 3);
  if (end < aligned + 8) return ~overBytes(bytes, start, end, -1) >>> 0;
  const wordCount = ((end - aligned) >> 3) * 2;
  let crc = overBytes(bytes, start, aligned, -1);
  crc = overWords(new Int32Array(bytes.buffer, bytes.byteOffset + aligned, wordCount), crc);
  return ~overBytes(bytes, aligned + wordCount * 4, end, crc) >>> 0;
}

function overBytes(bytes: Buffer, start: number, end: number, crc: number): number {
  let sum = crc;
  for (let at = start; at < end; at++) {
    sum = (sum >>> 8) ^ (T0[(sum ^ (bytes[at] as number)) & 0xff] as number);
  }
  return sum;
}

function overWords(words: Int32Array, crc: number): number {
  let sum = crc;
  for (let at = 0; at < words.length; at += 2) {
    sum ^= words[at] as number;
    const second = words[at + 1] as number;
    sum =
      (T7[sum & 0xff] as number) ^
      (T6[(sum >>> 8) & 0xff] as number) ^
      (T5[(sum >>> 16) & 0xff] as number) ^
      (T4[sum >>> 24] as number) ^
      (T3[second & 0xff] as number) ^
      (T2[(second >>> 8) & 0xff] as number) ^
      (T1[(second >>> 16) & 0xff] as number) ^
      (T0[second >>> 24] as number);
  }
  return sum;
}
