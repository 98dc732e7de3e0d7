import { readInt64 } from './record-batch.ts';

/**
 * Reads the fixed-width fields of a response. Past the end every field is 0 and `isOverrun` stays true, so that a
 * garbled response is noticed once, without an exception.
 */
export class ResponseReader {
  declare readonly bytes: Buffer;
  declare at: number;
  declare isOverrun: boolean;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
    this.at = 0;
    this.isOverrun = false;
  }

  int16(): number {
    return this.#take(2) ? this.bytes.readInt16BE(this.at - 2) : 0;
  }

  int32(): number {
    return this.#take(4) ? this.bytes.readInt32BE(this.at - 4) : 0;
  }

  /** As a double, exact below 2^53. */
  int64(): number {
    return this.#take(8) ? readInt64(this.bytes, this.at - 8) : 0;
  }

  /** An unsigned varint of at most 32 bits. */
  uvarint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.#take(1) ? (this.bytes[this.at - 1] as number) : 0;
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
    this.isOverrun = true;
    return 0;
  }

  /** Text with its length in front; null reads as empty. */
  string(): string {
    const length = Math.max(this.int16(), 0);
    return this.#take(length) ? this.bytes.utf8Slice(this.at - length, this.at) : '';
  }

  /** Moves behind that many bytes and returns where they begin. */
  skip(length: number): number {
    const start = this.at;
    this.#take(length);
    return start;
  }

  #take(length: number): boolean {
    if (length > this.bytes.length - this.at) this.isOverrun = true;
    if (!this.isOverrun) this.at += length;
    return !this.isOverrun;
  }
}
