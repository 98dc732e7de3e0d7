/**
 * Repeats `length` bytes that lie `distance` before `to`, as LZ77's formats ask: the source may overlap what is being
 * written, and then repeats itself.
 * @returns where the next byte goes
 */
export function copyMatch(out: Buffer, to: number, distance: number, length: number): number {
  const end = to + length;
  if (length <= 32) {
    for (let at = to; at < end; at++) out[at] = out[at - distance] as number;
    return end;
  }
  // Each copy doubles what can be copied without an overlap.
  for (let at = to; at < end;) {
    const step = Math.min(at - to + distance, end - at);
    out.copyWithin(at, to - distance, to - distance + step);
    at += step;
  }
  return end;
}

/**
 * Copies bytes as they are.
 * @returns where the next byte goes
 */
export function copyLiteral(bytes: Buffer, from: number, length: number, out: Buffer, to: number): number {
  if (length > 32) {
    bytes.copy(out, to, from, from + length);
  } else {
    for (let index = 0; index < length; index++) out[to + index] = bytes[from + index] as number;
  }
  return to + length;
}
