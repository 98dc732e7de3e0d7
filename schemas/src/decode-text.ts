import { isUtf8 } from 'node:buffer';

// Buffer has these methods in every version of Node; its type declarations leave them out.
declare global {
  interface Buffer {
    latin1Slice(start: number, end: number): string;
    utf8Slice(start: number, end: number): string;
  }
}

const REPLACEMENT = '\ufffd';

/**
 * The text that the bytes from `start` up to `end` are in UTF-8, or null where they are none: nothing is ever replaced by
 * U+FFFD, and a byte order mark stays. Only a text with U+FFFD in it can be one of wrong bytes; V8 knows without a look that
 * ASCII has none.
 */
export function decodeText(bytes: Buffer, start = 0, end = bytes.length): string | null {
  const text = bytes.utf8Slice(start, end);
  return text.includes(REPLACEMENT) && !isUtf8(bytes.subarray(start, end)) ? null : text;
}
