import { ByteWriter } from './byte-writer.ts';
import { encodeBytes } from './encode-bytes.ts';
import { jsonText } from './json-text.ts';
import type { Encoding } from './letter.ts';

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
 * JSON put together as bytes; pieces that are JSON already go in as they are. As a string it would be made three times: from
 * the bytes of the original, with its escapes, and flat, before it becomes bytes again.
 */
export class JsonBytes extends ByteWriter {
  constructor() {
    super({ firstBytes: 16 * 1024, keptBytes: 256 * 1024 });
  }

  /** A whole number. */
  number(value: number): void {
    this.ascii(String(value));
  }

  /** ASCII that needs no escape, with its quotes. */
  plain(text: string): void {
    this.makeRoom(text.length + 2);
    this.memory[this.used++] = QUOTE;
    this.ascii(text);
    this.memory[this.used++] = QUOTE;
  }

  /** The text, or null, as `jsonText` has it. @throws RangeError where it does not fit into a string */
  text(text: string | null): void {
    if (text === null) this.ascii('null');
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
    this.makeRoom(2 * text.length + 2);
    const { memory } = this;
    let at = this.used;
    memory[at++] = QUOTE;
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      const kind = kinds[code];
      if (kind !== PLAIN) {
        if (kind !== ESCAPED) return false;
        memory[at++] = BACKSLASH;
      }
      memory[at++] = code;
    }
    memory[at++] = QUOTE;
    this.used = at;
    return true;
  }

  /** The same of bytes: a loop of its own, since one that reads characters by a function costs more for each. */
  #tryBytes(source: Buffer): boolean {
    this.makeRoom(2 * source.length + 2);
    const { memory } = this;
    let at = this.used;
    memory[at++] = QUOTE;
    for (let index = 0; index < source.length; index += 1) {
      const byte = source[index] as number;
      const kind = kinds[byte];
      if (kind !== PLAIN) {
        if (kind !== ESCAPED) return false;
        memory[at++] = BACKSLASH;
      }
      memory[at++] = byte;
    }
    memory[at++] = QUOTE;
    this.used = at;
    return true;
  }

  #convert(text: string): void {
    const json = jsonText(text);
    this.makeRoom(Buffer.byteLength(json));
    this.used += this.memory.write(json, this.used);
  }
}
