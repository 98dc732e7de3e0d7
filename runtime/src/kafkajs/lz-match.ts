/** Bytes that are read and written four at a time where that can be: a Buffer alone has no quick way to. */
export interface Span {
  readonly bytes: Buffer;
  readonly view: DataView;
}

export function spanOf(bytes: Buffer): Span {
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length) };
}

const WORD_BYTES = 4;

/** From here on a call into native code is cheaper than a loop. */
const LONG_BYTES = 256;

/**
 * Repeats `length` bytes that lie `distance` before `to`, as LZ77's formats ask: the source may overlap what is being
 * written, and then repeats itself. What lies behind may be overwritten as well, by up to three bytes.
 * @returns where the next byte goes
 */
export function copyMatch({ bytes, view }: Span, to: number, distance: number, length: number): number {
  const end = to + length;
  if (length > LONG_BYTES) return copyLongMatch(bytes, to, distance, length);
  let at = to;
  if (distance >= WORD_BYTES && end + WORD_BYTES <= bytes.length) {
    for (; at < end; at += WORD_BYTES) view.setInt32(at, view.getInt32(at - distance, true), true);
  } else {
    for (; at < end; at++) bytes[at] = bytes[at - distance] as number;
  }
  return end;
}

// Each copy doubles what can be copied without an overlap.
function copyLongMatch(bytes: Buffer, to: number, distance: number, length: number): number {
  const end = to + length;
  for (let at = to; at < end;) {
    const step = Math.min(at - to + distance, end - at);
    bytes.copyWithin(at, to - distance, to - distance + step);
    at += step;
  }
  return end;
}

/**
 * Copies bytes as they are. What lies behind in `out` may be overwritten as well, by up to three bytes.
 * @returns where the next byte goes
 */
export function copyLiteral(source: Span, from: number, length: number, out: Span, to: number): number {
  const end = to + length;
  const hasRoom = from + length + WORD_BYTES <= source.bytes.length && end + WORD_BYTES <= out.bytes.length;
  if (length > LONG_BYTES) {
    source.bytes.copy(out.bytes, to, from, from + length);
  } else if (hasRoom) {
    const shift = from - to;
    for (let at = to; at < end; at += WORD_BYTES) {
      out.view.setInt32(at, source.view.getInt32(at + shift, true), true);
    }
  } else {
    for (let index = 0; index < length; index++) out.bytes[to + index] = source.bytes[from + index] as number;
  }
  return end;
}
