import { JsonBytes } from './json-bytes.ts';
import type { Cut, Encoding, LetterFacts, NotKept } from './letter.ts';
import type { RecordHeader } from './record-header.ts';

const line = new JsonBytes();
const writtenAt = createIsoTime();
const failedAt = createIsoTime();

/**
 * The value of a dead letter (see `Letter`), one line of JSON. Put together by hand: a letter is mostly texts, and most of
 * them need no escape. `cut` says what a shrunk letter lacks; null for a whole one.
 *
 * @returns bytes that are good until the next letter is written. @throws RangeError where a text does not fit into a string
 */
export function letterLine(facts: LetterFacts, cut: Cut | null): Buffer {
  const { failure } = facts;
  // One that was given up in the middle has left its beginning.
  line.clear();
  text('{"topic":', facts.topic);
  number(',"partition":', facts.partition);
  number(',"offset":', facts.offset);
  bytes(',"key":', facts.key);
  text(',"error":', failure.reason);
  text(',"timestamp":', writtenAt(facts.nowMs));
  text(',"stage":', failure.stage);
  text(',"code":', failure.code);
  text(',"pointer":', failure.pointer);
  text(',"schema":', failure.schema);
  number(',"attempts":', facts.attempts);
  text(',"firstFailedAt":', failedAt(facts.firstFailedAtMs));
  text(',"eventId":', facts.eventId);
  text(',"eventType":', facts.eventType);
  text(',"correlationId":', facts.correlationId);
  text(',"group":', facts.group);
  const valueEncoding = bytes(',"original":{"value":', isNotKept(facts.value) ? null : facts.value);
  text(',"valueEncoding":', valueEncoding);
  const keyEncoding = bytes(',"key":', facts.key);
  text(',"keyEncoding":', keyEncoding);
  headers(facts.headers);
  number(',"timestamp":', facts.timestampMs);
  line.raw(cut === null ? '}}' : `,"cut":${JSON.stringify(cut)}},"shrunk":true}`);
  return line.take();
}

/** Whether the value was too large to be held. */
export function isNotKept(value: LetterFacts['value']): value is NotKept {
  return value !== null && !Buffer.isBuffer(value);
}

function text(name: string, value: string | null): void {
  line.raw(name);
  line.text(value);
}

function number(name: string, value: number): void {
  line.raw(name);
  line.raw(String(value));
}

function bytes(name: string, value: Buffer | null): Encoding {
  line.raw(name);
  return line.bytes(value);
}

function headers(all: readonly RecordHeader[]): void {
  line.raw(',"headers":[');
  let isFirst = true;
  for (const { name, value } of all) {
    text(isFirst ? '{"name":' : ',{"name":', name);
    const encoding = bytes(',"value":', value);
    text(',"encoding":', encoding);
    line.raw('}');
    isFirst = false;
  }
  line.raw(']');
}

/** ISO 8601 of a time; made anew when another millisecond is asked for than the last time. */
function createIsoTime(): (ms: number) => string {
  let iso = '';
  let madeFor = Number.NaN;
  return (ms) => {
    if (ms !== madeFor) {
      iso = new Date(ms).toISOString();
      madeFor = ms;
    }
    return iso;
  };
}
