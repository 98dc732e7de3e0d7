import { murmur2 } from './murmur2.ts';
import {
  asciiHeader,
  hasHeader,
  readHeaders,
  visitHeaders,
  type HeaderVisitor,
  type RecordHeader,
} from './record-headers.ts';

export type { RecordHeader } from './record-headers.ts';

/** What stands for the bytes of a record that is larger than the process is willing to hold. */
export interface TooLarge {
  /** Key + value + headers as the record had them, inflated. */
  readonly bytes: number;
  /** SHA-256 of the value, hex; null where the value is null. */
  readonly sha256: string | null;
  /** SHA-256 of a key that was too large to be kept, hex; null where it was kept. */
  readonly keySha256: string | null;
  /** SHA-256 of the headers' bytes on the wire, hex, where they were too large to be kept; null where they were. */
  readonly headersSha256: string | null;
}

/**
 * A record as it came in a fetch response: numbers that point into the response. Key, value and headers become
 * buffers or text only for someone who asks, each time anew; hold on to what you asked for.
 *
 * The buffers are views: as long as the record or one of them lives, so does the whole response (or the whole
 * inflated batch). Call `detach` before keeping a record for long.
 */
export class FetchedRecord {
  declare readonly offset: number;
  /** Milliseconds since 1970; −1 where the record has none. The time of the append where the topic says so. */
  declare readonly timestamp: number;
  declare buffer: Buffer;
  declare keyStart: number;
  declare keyEnd: number;
  declare valueStart: number;
  declare valueEnd: number;
  declare headersStart: number;
  declare headersEnd: number;
  declare readonly headerCount: number;
  /** Not null: the record exceeds the bound; its value is not here (and reads as null). */
  declare readonly tooLarge: TooLarge | null;

  constructor(
    offset: number,
    timestamp: number,
    buffer: Buffer,
    keyStart: number,
    keyEnd: number,
    valueStart: number,
    valueEnd: number,
    headersStart: number,
    headersEnd: number,
    headerCount: number,
    tooLarge: TooLarge | null,
  ) {
    this.offset = offset;
    this.timestamp = timestamp;
    this.buffer = buffer;
    this.keyStart = keyStart;
    this.keyEnd = keyEnd;
    this.valueStart = valueStart;
    this.valueEnd = valueEnd;
    this.headersStart = headersStart;
    this.headersEnd = headersEnd;
    this.headerCount = headerCount;
    this.tooLarge = tooLarge;
  }

  /** The key's bytes, a view. Null where the record has no key, and where a too large one was not kept. */
  get key(): Buffer | null {
    return this.keyStart < 0 ? null : this.buffer.subarray(this.keyStart, this.keyEnd);
  }

  /** The key as a map key: one character a byte (Latin-1), so that equal text means equal bytes. */
  get keyText(): string | null {
    return this.keyStart < 0 ? null : this.buffer.latin1Slice(this.keyStart, this.keyEnd);
  }

  /** A number of 32 bits that equal keys have in common; there must be one. */
  get keyHash(): number {
    return murmur2(this.buffer, this.keyStart, this.keyEnd);
  }

  /** Whether both have a key, and the same. */
  hasKeyOf(other: FetchedRecord): boolean {
    if (this.keyStart < 0 || other.keyStart < 0) return false;
    return this.buffer.compare(other.buffer, other.keyStart, other.keyEnd, this.keyStart, this.keyEnd) === 0;
  }

  /** The value's bytes, a view. Null for a tombstone, and for a record that is too large. */
  get value(): Buffer | null {
    return this.valueStart < 0 ? null : this.buffer.subarray(this.valueStart, this.valueEnd);
  }

  /** The headers in their order, repeats and nulls included; the values are views. */
  get headers(): RecordHeader[] {
    return readHeaders(this.buffer, this.headersStart, this.headerCount);
  }

  /** The same without an object for each. */
  visitHeaders(visit: HeaderVisitor): void {
    visitHeaders(this.buffer, this.headersStart, this.headerCount, visit);
  }

  /** The value of the first header of this name, where it is ASCII text and not empty; null says nothing. */
  asciiHeader(name: string): string | null {
    return asciiHeader(this.buffer, this.headersStart, this.headerCount, name);
  }

  hasHeader(name: string): boolean {
    return hasHeader(this.buffer, this.headersStart, this.headerCount, name);
  }

  /** Bytes of key, value and headers that this record has in memory. */
  get sizeBytes(): number {
    return (
      this.keyEnd - this.keyStart + (this.valueEnd - this.valueStart) + this.headersEnd - this.headersStart
    );
  }

  /** Bytes from the first to the last that the record has in its buffer. */
  get spanBytes(): number {
    return this.headersEnd - firstByteOf(this);
  }

  /** Whether the buffer is the record's alone. */
  get isDetached(): boolean {
    return this.spanBytes === this.buffer.buffer.byteLength;
  }

  /** Copies the record's bytes out of the response, so that it holds nothing but itself; once is enough. */
  detach(): void {
    if (!this.isDetached) this.moveTo(Buffer.allocUnsafeSlow(this.spanBytes), 0);
  }

  /** Copies the record's bytes to `at` in another buffer, which is the record's from now on; it must have room for `spanBytes`. */
  moveTo(place: Buffer, at: number): void {
    const start = firstByteOf(this);
    this.buffer.copy(place, at, start, this.headersEnd);
    this.buffer = place;
    const by = at - start;
    if (this.keyStart >= 0) this.keyStart += by;
    if (this.keyEnd >= 0) this.keyEnd += by;
    if (this.valueStart >= 0) this.valueStart += by;
    if (this.valueEnd >= 0) this.valueEnd += by;
    this.headersStart += by;
    this.headersEnd += by;
  }
}

// Key, value and headers lie in this order, without gaps wider than a length.
function firstByteOf(record: FetchedRecord): number {
  if (record.keyStart >= 0) return record.keyStart;
  return record.valueStart >= 0 ? record.valueStart : record.headersStart;
}
