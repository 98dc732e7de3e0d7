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

  /** Text that is JSON already, and ASCII. */
  raw(json: string): void {
    this.#makeRoom(json.length);
    const bytes = this.#bytes;
    let at = this.#length;
    for (let index = 0; index < json.length; index += 1) bytes[at++] = json.charCodeAt(index);
    this.#length = at;
  }

  /** The text, or null, as `jsonText` has it. @throws RangeError where it does not fit into a string */
  text(text: string | null): void {
    if (text === null) this.raw('null');
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
      if (code < 0x20 || code >= 0x7f) return false;
      if (code === QUOTE || code === BACKSLASH) bytes[at++] = BACKSLASH;
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
      const code = source[index] as number;
      if (code < 0x20 || code >= 0x7f) return false;
      if (code === QUOTE || code === BACKSLASH) bytes[at++] = BACKSLASH;
      bytes[at++] = code;
    }
    bytes[at++] = QUOTE;
    this.#length = at;
    return true;
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
