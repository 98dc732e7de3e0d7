/**
 * CRC-32C for machines that @node-rs/crc32 has no binary for.
 * Sixteen bytes a step through sixteen tables, read as 32-bit words: the look-ups of a step do not wait for each other.
 */
const REVERSED_POLYNOMIAL = 0x82f63b78;

const STEP_BYTES = 16;
const tables = Array.from({ length: STEP_BYTES }, () => new Int32Array(256));
type Table = Int32Array;
const [T0, T1, T2, T3, T4, T5, T6, T7] = tables as [Table, Table, Table, Table, Table, Table, Table, Table];
const [T8, T9, T10, T11, T12, T13, T14, T15] = tables.slice(8) as typeof tables &
  [Table, Table, Table, Table, Table, Table, Table, Table];

for (let byte = 0; byte < 256; byte++) {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 0 ? crc >>> 1 : (crc >>> 1) ^ REVERSED_POLYNOMIAL;
  T0[byte] = crc;
}
for (let step = 1; step < STEP_BYTES; step++) {
  const previous = tables[step - 1] as Table;
  const table = tables[step] as Table;
  for (let byte = 0; byte < 256; byte++) {
    const crc = previous[byte] as number;
    table[byte] = (crc >>> 8) ^ (T0[crc & 0xff] as number);
  }
}

/** The CRC-32C of the bytes from `start` up to `end`, as an unsigned number. */
export function crc32cByTables(bytes: Buffer, start: number, end: number): number {
  // Words can be read only where the memory's address is a multiple of four.
  const aligned = start + (-(bytes.byteOffset + start) & 3);
  if (end < aligned + STEP_BYTES) return ~overBytes(bytes, start, end, -1) >>> 0;
  const wordCount = ((end - aligned) >> 4) * 4;
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
  for (let at = 0; at < words.length; at += 4) {
    sum ^= words[at] as number;
    const second = words[at + 1] as number;
    const third = words[at + 2] as number;
    const fourth = words[at + 3] as number;
    sum =
      (T15[sum & 0xff] as number) ^
      (T14[(sum >>> 8) & 0xff] as number) ^
      (T13[(sum >>> 16) & 0xff] as number) ^
      (T12[sum >>> 24] as number) ^
      (T11[second & 0xff] as number) ^
      (T10[(second >>> 8) & 0xff] as number) ^
      (T9[(second >>> 16) & 0xff] as number) ^
      (T8[second >>> 24] as number) ^
      (T7[third & 0xff] as number) ^
      (T6[(third >>> 8) & 0xff] as number) ^
      (T5[(third >>> 16) & 0xff] as number) ^
      (T4[third >>> 24] as number) ^
      (T3[fourth & 0xff] as number) ^
      (T2[(fourth >>> 8) & 0xff] as number) ^
      (T1[(fourth >>> 16) & 0xff] as number) ^
      (T0[fourth >>> 24] as number);
  }
  return sum;
}
