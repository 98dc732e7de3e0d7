import { isAscii, isUtf8 } from 'node:buffer';

// Buffer has these methods in every version of Node; its type declarations leave them out.
declare global {
  interface Buffer {
    latin1Slice(start: number, end: number): string;
    utf8Slice(start: number, end: number): string;
  }
}

/**
 * The text that the bytes are in UTF-8, or null where they are none: nothing is ever replaced by U+FFFD, and a byte
 * order mark stays. Two passes over the bytes are still cheaper than `toString()`, since ASCII needs no decoding.
 */
export function decodeText(bytes: Buffer): string | null {
  if (isAscii(bytes)) return bytes.latin1Slice(0, bytes.length);
  return isUtf8(bytes) ? bytes.utf8Slice(0, bytes.length) : null;
}
