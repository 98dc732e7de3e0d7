import { ByteWriter } from './byte-writer.ts';
import { encodeBytes } from './encode-bytes.ts';
import { jsonText } from './json-text.ts';
import type { Encoding } from './letter.ts';

/** Longer ones are not written by hand: that reserves up to three bytes for each of theirs. */
const BY_HAND_MAX = 64 * 1024;

const NOTHING = Buffer.alloc(0);

/** A shorter text is written by hand: to call for it costs more. */
const WORTH_A_CALL = 16;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

const PLAIN = 0;
const ESCAPED = 1;
const OTHER = 2;
/**
 * How a byte is written by hand: as it is, behind a backslash, or not at all. One look costs less than four comparisons; the
 * first two are also how many bytes stand in front of it.
 */
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
    return source === null ? this.slice(NOTHING, -1, -1) : this.slice(source, 0, source.length);
  }

  /** The same of what lies in `source` from `start` up to `end`; null is −1. */
  slice(source: Buffer, start: number, end: number): Encoding {
    if (start >= 0 && end - start <= BY_HAND_MAX && this.#trySlice(source, start, end)) return 'utf8';
    const { text, encoding } = encodeBytes(start < 0 ? null : source.subarray(start, end));
    this.text(text);
    return encoding;
  }

  /** @returns false, and nothing is written, for what is more than plain ASCII, quotes and backslashes */
  #tryText(text: string): boolean {
    this.makeRoom(3 * text.length + 2);
    const end =
      text.length >= WORTH_A_CALL && this.#tryPlain(text)
        ? this.used + text.length + 2
        : writeText(text, this.memory, this.used);
    if (end > 0) this.used = end;
    return end > 0;
  }

  /** Ids and times: Node writes their bytes, and only looking at them is left. @returns whether they need no escape */
  #tryPlain(text: string): boolean {
    const { memory } = this;
    const start = this.used + 1;
    if (memory.write(text, start) !== text.length || !arePlain(memory, start, start + text.length))
      return false;
    memory[start - 1] = QUOTE;
    memory[start + text.length] = QUOTE;
    return true;
  }

  #trySlice(source: Buffer, start: number, end: number): boolean {
    this.makeRoom(2 * (end - start) + 2);
    const written = writeBytes(source, start, end, this.memory, this.used);
    if (written > 0) this.used = written;
    return written > 0;
  }

  #convert(text: string): void {
    const json = jsonText(text);
    this.makeRoom(Buffer.byteLength(json));
    this.used += this.memory.write(json, this.used);
  }
}

function arePlain(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) if (kinds[bytes[at] as number] !== PLAIN) return false;
  return true;
}

/** @returns where the text with its quotes ends in `memory`; 0 where it is more than plain ASCII, quotes and backslashes */
function writeText(text: string, memory: Buffer, from: number): number {
  let at = from;
  memory[at++] = QUOTE;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    const kind = kinds[code];
    if (kind !== PLAIN) {
      if (kind !== ESCAPED) return 0;
      memory[at++] = BACKSLASH;
    }
    memory[at++] = code;
  }
  memory[at++] = QUOTE;
  return at;
}

/**
 * The same of bytes, four at a time: a backslash is written in front of each, and written over where none is needed. One by
 * one a value of 400 bytes takes twice as long, or not, as the loop happens to lie in memory.
 */
function writeBytes(source: Buffer, start: number, end: number, memory: Buffer, from: number): number {
  let at = from;
  memory[at++] = QUOTE;
  let index = start;
  for (const lastFour = end - 3; index < lastFour; index += 4) {
    const a = source[index] as number;
    const b = source[index + 1] as number;
    const c = source[index + 2] as number;
    const d = source[index + 3] as number;
    const kindOfA = kinds[a] as number;
    const kindOfB = kinds[b] as number;
    const kindOfC = kinds[c] as number;
    const kindOfD = kinds[d] as number;
    const all = kindOfA | kindOfB | kindOfC | kindOfD;
    if (all === PLAIN) {
      memory[at] = a;
      memory[at + 1] = b;
      memory[at + 2] = c;
      memory[at + 3] = d;
      at += 4;
      continue;
    }
    if (all > ESCAPED) return 0;
    memory[at] = BACKSLASH;
    at += kindOfA;
    memory[at++] = a;
    memory[at] = BACKSLASH;
    at += kindOfB;
    memory[at++] = b;
    memory[at] = BACKSLASH;
    at += kindOfC;
    memory[at++] = c;
    memory[at] = BACKSLASH;
    at += kindOfD;
    memory[at++] = d;
  }
  for (; index < end; index += 1) {
    const byte = source[index] as number;
    const kind = kinds[byte] as number;
    if (kind > ESCAPED) return 0;
    memory[at] = BACKSLASH;
    at += kind;
    memory[at++] = byte;
  }
  memory[at++] = QUOTE;
  return at;
}
