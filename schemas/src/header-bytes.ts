import type { RecordHeader } from './record-header.ts';

/**
 * Headers as a record on the wire has them (Kafka's record format, version 2), without their number in front: for each
 * the name's length, the name, the value's length (−1 for null) and the value, lengths as zigzag varints.
 */
export function headerBytes(headers: readonly RecordHeader[]): Buffer {
  const parts: Buffer[] = [];
  for (const { name, value } of headers) {
    const nameBytes = bytesOfName(name);
    parts.push(varint(nameBytes.length), nameBytes, varint(value === null ? -1 : value.length));
    if (value !== null) parts.push(value);
  }
  return Buffer.concat(parts);
}

/** A name that is not UTF-8 is read with U+DC00 + b for each byte b above ASCII. */
function bytesOfName(name: string): Buffer {
  return name.isWellFormed() ? Buffer.from(name) : Buffer.from(name, 'latin1');
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value < 0 ? -value * 2 - 1 : value * 2;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  bytes.push(rest);
  return Buffer.from(bytes);
}
