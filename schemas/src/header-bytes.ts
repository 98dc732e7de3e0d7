import { ByteWriter } from './byte-writer.ts';
import type { RecordHeader } from './record-header.ts';

/** A longer text is left to Node, and its length takes more than a byte. */
const SHORT_TEXT = 63;
/** A varint of 32 bits has no more. */
const LENGTH_MAX_BYTES = 5;

/**
 * Headers as a record on the wire has them (Kafka's record format, version 2), without their number in front: for each
 * the name's length, the name, the value's length (−1 for null) and the value, lengths as zigzag varints.
 */
export class HeaderBytes extends ByteWriter {
  constructor() {
    super({ firstBytes: 1024, keptBytes: 64 * 1024 });
  }

  /** A name with its length in front; its value is to follow. */
  name(name: Buffer): void {
    this.#size(name.length);
    this.raw(name);
  }

  /** A value with its length in front. */
  value(value: Buffer | null): void {
    if (value === null) {
      this.makeRoom(1);
      this.memory[this.used++] = 1; // −1
      return;
    }
    this.#size(value.length);
    this.raw(value);
  }

  /** The same of a text, as UTF-8. */
  text(value: string): void {
    if (value.length > SHORT_TEXT || !this.#tryAscii(value)) this.value(Buffer.from(value));
  }

  /** @returns false, and nothing is written, where it is more than ASCII. Its length must take one byte. */
  #tryAscii(value: string): boolean {
    this.makeRoom(1 + value.length);
    const { memory } = this;
    let at = this.used;
    memory[at++] = value.length * 2;
    for (let index = 0; index < value.length; index += 1) {
      const code = value.charCodeAt(index);
      if (code >= 0x80) return false;
      memory[at++] = code;
    }
    this.used = at;
    return true;
  }

  #size(size: number): void {
    this.makeRoom(LENGTH_MAX_BYTES);
    let left = size * 2;
    for (; left >= 128; left = Math.floor(left / 128)) this.memory[this.used++] = (left % 128) | 0x80;
    this.memory[this.used++] = left;
  }
}

/** The headers in bytes of their own. */
export function headerBytes(headers: readonly RecordHeader[]): Buffer {
  const writer = new HeaderBytes();
  for (const { name, value } of headers) {
    writer.name(bytesOfName(name));
    writer.value(value);
  }
  return writer.take();
}

/** A name that is not UTF-8 is read with U+DC00 + b for each byte b above ASCII. */
function bytesOfName(name: string): Buffer {
  return name.isWellFormed() ? Buffer.from(name) : Buffer.from(name, 'latin1');
}
