import { encodeBytes } from './encode-bytes.ts';
import { jsonText } from './json-text.ts';
import type { Encoding } from './letter.ts';

const FIRST_BYTES = 16 * 1024;
/** Larger memory is not used again: one large text would hold it for ever. */
const KEPT_BYTES = 256 * 1024;
/** Longer ones are not written by hand: that reserves twice their bytes. */
const BY_HAND_MAX = 64 * 1024;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

const PLAIN = 0;
const ESCAPED = 1;
const OTHER = 2;
/** How a byte is written by hand: as it is, behind a backslash, or not at all. One look costs less than four comparisons. */
const kinds = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte === QUOTE || byte === BACKSLASH) return ESCAPED;
  return byte < 0x20 || byte >= 0x7f ? OTHER : PLAIN;
});

/**
 * JSON put together as bytes, piece by piece, in memory that is used again. As a string it would be made three times: from
 * the bytes of the original, with its escapes, and flat, before it becomes bytes again.
 */
export class JsonBytes {
  #bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #length = 0;

  /** Forgets what was written. */
  clear(): void {
    this.#length = 0;
    if (this.#bytes.length > KEPT_BYTES) this.#bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  }

  /** What was written, a view that is good until the next piece; begins anew. */
  take(): Buffer {
    const written = this.#bytes.subarray(0, this.#length);
    this.clear();
    return written;
  }

  /** What is JSON already, in UTF-8. */
  raw(json: Uint8Array): void {
    this.#makeRoom(json.length);
    this.#bytes.set(json, this.#length);
    this.#length += json.length;
  }

  /** A whole number. */
  number(value: number): void {
    this.#ascii(String(value));
  }

  /** ASCII that needs no escape, with its quotes. */
  plain(text: string): void {
    this.#makeRoom(text.length + 2);
    this.#bytes[this.#length++] = QUOTE;
    this.#ascii(text);
    this.#bytes[this.#length++] = QUOTE;
  }

  /** The text, or null, as `jsonText` has it. @throws RangeError where it does not fit into a string */
  text(text: string | null): void {
    if (text === null) this.#ascii('null');
    else if (text.length > BY_HAND_MAX || !this.#tryText(text)) this.#convert(text);
  }

  /**
   * The bytes, or null: as text where UTF-8 loses no bit of them, else as base64.
   * @returns which of them. @throws RangeError where they do not fit into a string
   */
  bytes(source: Buffer | null): Encoding {
    if (source !== null && source.length <= BY_HAND_MAX && this.#tryBytes(source)) return 'utf8';
    const { text, encoding } = encodeBytes(source);
    this.text(text);
    return encoding;
  }

  /** @returns false, and nothing is written, for what is more than plain ASCII, quotes and backslashes */
  #tryText(text: string): boolean {
    this.#makeRoom(2 * text.length + 2);
    const bytes = this.#bytes;
    let at = this.#length;
    bytes[at++] = QUOTE;
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      const kind = kinds[code];
      if (kind !== PLAIN) {
        if (kind !== ESCAPED) return false;
        bytes[at++] = BACKSLASH;
      }
      bytes[at++] = code;
    }
    bytes[at++] = QUOTE;
    this.#length = at;
    return true;
  }

  /** The same of bytes: a loop of its own, since one that reads characters by a function costs more for each. */
  #tryBytes(source: Buffer): boolean {
    this.#makeRoom(2 * source.length + 2);
    const bytes = this.#bytes;
    let at = this.#length;
    bytes[at++] = QUOTE;
    for (let index = 0; index < source.length; index += 1) {
      const byte = source[index] as number;
      const kind = kinds[byte];
      if (kind !== PLAIN) {
        if (kind !== ESCAPED) return false;
        bytes[at++] = BACKSLASH;
      }
      bytes[at++] = byte;
    }
    bytes[at++] = QUOTE;
    this.#length = at;
    return true;
  }

  #ascii(text: string): void {
    this.#makeRoom(text.length);
    const bytes = this.#bytes;
    let at = this.#length;
    for (let index = 0; index < text.length; index += 1) bytes[at++] = text.charCodeAt(index);
    this.#length = at;
  }

  #convert(text: string): void {
    const json = jsonText(text);
    this.#makeRoom(Buffer.byteLength(json));
    this.#length += this.#bytes.write(json, this.#length);
  }

  #makeRoom(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#bytes.length));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}
