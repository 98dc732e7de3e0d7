import type { OutgoingMessage } from './broker-types.ts';

interface Measured {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** Names and values in turn. */
  readonly headers: readonly (string | Buffer)[];
  readonly timestampDelta: number;
  /** Bytes behind the record's length. */
  readonly length: number;
}

/**
 * Writes the records of a batch (the format that read-records.ts reads) into one buffer of the right size. kafkajs makes a
 * growing buffer for each record and for each of its headers, and that costs more than all else about sending.
 *
 * @param firstTimestampMs - not above any message's
 * @param nowMs - the time of messages without one
 */
export function writeRecords(
  messages: readonly OutgoingMessage[],
  firstTimestampMs: number,
  nowMs: number,
): Buffer {
  const records = messages.map((message, index) =>
    measure(message, index, (message.timestamp ?? nowMs) - firstTimestampMs),
  );
  const bytes = records.reduce((total, { length }) => total + varintBytes(length * 2) + length, 0);
  const writer = new RecordWriter(Buffer.allocUnsafeSlow(bytes));
  for (const [index, record] of records.entries()) writer.record(record, index);
  return writer.bytes;
}

function measure(message: OutgoingMessage, offsetDelta: number, timestampDelta: number): Measured {
  const headers: (string | Buffer)[] = [];
  for (const [name, values] of Object.entries(message.headers ?? {})) {
    for (const value of Array.isArray(values) ? values : [values]) headers.push(name, value);
  }
  let length =
    1 + varintBytes(timestampDelta * 2) + varintBytes(offsetDelta * 2) + varintBytes(headers.length);
  length += sizeOf(message.key) + sizeOf(message.value);
  for (const part of headers) length += sizeOf(part);
  return { key: message.key, value: message.value, headers, timestampDelta, length };
}

/** With the length in front. */
function sizeOf(part: string | Buffer | null): number {
  if (part === null) return 1;
  const length = typeof part === 'string' ? Buffer.byteLength(part) : part.length;
  return varintBytes(length * 2) + length;
}

/** Of a zigzag number that is not negative. */
function varintBytes(zigzag: number): number {
  let bytes = 1;
  for (let left = zigzag; left >= 128; left = Math.floor(left / 128)) bytes += 1;
  return bytes;
}

class RecordWriter {
  readonly bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  record({ key, value, headers, timestampDelta, length }: Measured, offsetDelta: number): void {
    this.#varint(length * 2);
    this.bytes[this.#at++] = 0; // attributes, of which none is in use
    this.#varint(timestampDelta * 2);
    this.#varint(offsetDelta * 2);
    this.#part(key);
    this.#part(value);
    this.#varint(headers.length); // pairs, as zigzag: twice their number
    for (const part of headers) this.#part(part);
  }

  #part(part: string | Buffer | null): void {
    if (part === null) {
      this.#varint(1); // −1
      return;
    }
    if (typeof part === 'string') {
      this.#varint(Buffer.byteLength(part) * 2);
      this.#at += this.bytes.write(part, this.#at);
    } else {
      this.#varint(part.length * 2);
      this.bytes.set(part, this.#at);
      this.#at += part.length;
    }
  }

  #varint(zigzag: number): void {
    let left = zigzag;
    for (; left >= 128; left = Math.floor(left / 128)) this.bytes[this.#at++] = (left % 128) | 0x80;
    this.bytes[this.#at++] = left;
  }
}
