import type { EncodedHeaders, OutgoingMessage } from './broker-types.ts';

// Buffer has it in every version of Node; its type declarations leave it out.
declare global {
  interface Buffer {
    latin1Write(text: string, offset: number, length: number): number;
  }
}

export type Part = string | Buffer | null;

/** Of all messages, one after another: a list each would be garbage for the collector to find. */
export interface Measured {
  /** Key, value, and the headers' names and values in turn. */
  readonly parts: Part[];
  /** The bytes of each part, −1 for null. */
  readonly sizes: number[];
  /** How many of both count. Lists that are made empty are given new memory with the next that comes in. */
  used: number;
}

/** Up to here measuring and writing a text by hand is cheaper than calling for it. */
const SHORT_TEXT = 8;

/**
 * Writes the records of a batch (the format that read-records.ts reads) into one buffer of the right size. kafkajs makes a
 * growing buffer for each record and for each of its headers, and that costs more than all else about sending.
 *
 * @param firstTimestampMs - not above any message's
 * @param nowMs - the time of messages without one
 * @param room - so many bytes are left free in front of the records
 */
export function writeRecords(
  messages: readonly OutgoingMessage[],
  firstTimestampMs: number,
  nowMs: number,
  room: number,
): Buffer {
  const measured: Measured = { parts: [], sizes: [], used: 0 };
  const partCounts: number[] = [];
  const lengths: number[] = [];
  let bytes = room;
  for (const [index, message] of messages.entries()) {
    const before = measured.used;
    const length = measure(message, index, (message.timestamp ?? nowMs) - firstTimestampMs, measured);
    bytes += varintBytes(length * 2) + length;
    partCounts.push(measured.used - before);
    lengths.push(length);
  }
  const { parts, sizes } = measured;
  const writer = new RecordWriter(Buffer.allocUnsafeSlow(bytes), room);
  let part = 0;
  for (const [index, { timestamp, encodedHeaders }] of messages.entries()) {
    const partCount = partCounts[index] as number;
    writer.head(lengths[index] as number, (timestamp ?? nowMs) - firstTimestampMs, index);
    writer.body(parts, sizes, part, partCount, encodedHeaders);
    part += partCount;
  }
  return writer.bytes;
}

/** Puts the message's parts behind those that are used. @returns the bytes behind the record's length */
export function measure(
  { key, value, headers, encodedHeaders }: OutgoingMessage,
  offsetDelta: number,
  timestampDelta: number,
  measured: Measured,
): number {
  const from = measured.used;
  let length = take(key, measured) + take(value, measured);
  const own = encodedHeaders === undefined ? headers : undefined;
  for (const name in own) {
    const values = own[name] as string | Buffer | readonly (string | Buffer)[];
    if (typeof values === 'string' || Buffer.isBuffer(values))
      length += take(name, measured) + take(values, measured);
    else for (const one of values) length += take(name, measured) + take(one, measured);
  }
  // The number of headers, half of their parts, stands there as zigzag: twice as much.
  let headersZigzag = measured.used - from - 2;
  if (encodedHeaders !== undefined) {
    headersZigzag = encodedHeaders.count * 2;
    length += encodedHeaders.bytes.length;
  }
  length += varintBytes(headersZigzag) + varintBytes(timestampDelta * 2) + varintBytes(offsetDelta * 2);
  return 1 + length;
}

/** @returns the part's bytes with its size in front */
function take(part: Part, measured: Measured): number {
  const size = sizeOf(part);
  measured.parts[measured.used] = part;
  measured.sizes[measured.used] = size;
  measured.used += 1;
  return size < 0 ? 1 : varintBytes(size * 2) + size;
}

function sizeOf(part: Part): number {
  if (part === null) return -1;
  if (typeof part !== 'string') return part.length;
  return part.length <= SHORT_TEXT && isAscii(part) ? part.length : Buffer.byteLength(part);
}

function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) if (text.charCodeAt(index) >= 128) return false;
  return true;
}

/** Of a zigzag number that is not negative. */
export function varintBytes(zigzag: number): number {
  let bytes = 1;
  for (let left = zigzag; left >= 128; left = Math.floor(left / 128)) bytes += 1;
  return bytes;
}

export class RecordWriter {
  readonly bytes: Buffer;
  #at: number;

  constructor(bytes: Buffer, at: number) {
    this.bytes = bytes;
    this.#at = at;
  }

  head(length: number, timestampDelta: number, offsetDelta: number): void {
    this.varint(length * 2);
    this.bytes[this.#at++] = 0; // attributes, of which none is in use
    this.varint(timestampDelta * 2);
    this.varint(offsetDelta * 2);
  }

  /** Key, value and headers: so many of the parts, from the one at `from` on, and the headers that are encoded already. */
  body(
    parts: readonly Part[],
    sizes: readonly number[],
    from: number,
    count: number,
    encodedHeaders: EncodedHeaders | undefined,
  ): void {
    for (let index = 0; index < count; index += 1) {
      if (index === 2) this.varint(count - 2);
      this.part(parts[from + index] as Part, sizes[from + index] as number);
    }
    if (count > 2) return;
    this.varint((encodedHeaders?.count ?? 0) * 2);
    if (encodedHeaders === undefined) return;
    this.bytes.set(encodedHeaders.bytes, this.#at);
    this.#at += encodedHeaders.bytes.length;
  }

  /** With its size in front. */
  part(part: Part, size: number): void {
    if (part === null) {
      this.varint(1); // −1
      return;
    }
    this.varint(size * 2);
    if (typeof part !== 'string') this.bytes.set(part, this.#at);
    else if (size === part.length && size <= SHORT_TEXT)
      for (let index = 0; index < size; index += 1) this.bytes[this.#at + index] = part.charCodeAt(index);
    else this.#write(part, size);
    this.#at += size;
  }

  #write(text: string, size: number): void {
    // As many bytes as characters: all of them are ASCII, and there is nothing to encode.
    if (size === text.length) this.bytes.latin1Write(text, this.#at, size);
    else this.bytes.write(text, this.#at);
  }

  varint(zigzag: number): void {
    let left = zigzag;
    for (; left >= 128; left = Math.floor(left / 128)) this.bytes[this.#at++] = (left % 128) | 0x80;
    this.bytes[this.#at++] = left;
  }
}
