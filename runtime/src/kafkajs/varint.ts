/**
 * A cursor over bytes that reads Kafka's variable-length integers: zigzag, seven bits a byte, lowest first
 * (the encoding of Protocol Buffers, https://protobuf.dev/programming-guides/encoding/#signed-ints).
 * One object serves a whole batch, and it never throws: past the end it reads zeros and `at` grows beyond
 * the end, and an integer with too many bytes moves `at` to OVERRUN. So a caller checks `at` once, after
 * the last field of a record, instead of after each byte.
 */
export interface VarintCursor {
  at: number;
}

/** Beyond the end of any buffer: where a malformed integer leaves the cursor. */
export const OVERRUN = 2 ** 52;

/** A varint of 32 bits. */
export function readVarint(bytes: Buffer, cursor: VarintCursor): number {
  let byte = bytes[cursor.at++] as number;
  if (byte < 0x80) return (byte >>> 1) ^ -(byte & 1);
  let raw = byte & 0x7f;
  for (let shift = 7; shift < 35; shift += 7) {
    byte = bytes[cursor.at++] as number;
    raw |= (byte & 0x7f) << shift;
    if (byte < 0x80) return (raw >>> 1) ^ -(raw & 1);
  }
  cursor.at = OVERRUN;
  return 0;
}

/**
 * A varint of 64 bits as a double: exact up to 2^53, which no offset and no sane timestamp reaches. The sign, the
 * lowest bit, is kept apart from the first: with it a double would be exact up to 2^52 only.
 */
export function readVarlong(bytes: Buffer, cursor: VarintCursor): number {
  let byte = bytes[cursor.at++] as number;
  if (byte < 0x80) return (byte >>> 1) ^ -(byte & 1);
  const isNegative = (byte & 1) !== 0;
  let value = (byte & 0x7f) >>> 1;
  let scale = 64;
  for (let index = 1; index < 10; index++) {
    byte = bytes[cursor.at++] as number;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return isNegative ? -1 - value : value;
    scale *= 128;
  }
  cursor.at = OVERRUN;
  return 0;
}
