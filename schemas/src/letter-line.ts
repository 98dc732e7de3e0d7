import { JsonBytes } from './json-bytes.ts';
import { jsonText } from './json-text.ts';
import type { Cut, Encoding, LetterFacts, LetterFailure, NotKept } from './letter.ts';
import { createPlaceMemory } from './place-memory.ts';

const line = new JsonBytes();
const writtenAt = createIsoTime();
const failedAt = createIsoTime();
/** The beginning, up to the offset. */
const place = createPlaceMemory((topic, partition) =>
  Buffer.from(`{"topic":${jsonText(topic)},"partition":${partition},"offset":`),
);

const KEY = Buffer.from(',"key":');
const FIRST_FAILED_AT = Buffer.from(',"firstFailedAt":');
const EVENT_ID = Buffer.from(',"eventId":');
const EVENT_TYPE = Buffer.from(',"eventType":');
const CORRELATION_ID = Buffer.from(',"correlationId":');
const GROUP = Buffer.from(',"group":');
const ORIGINAL_VALUE = Buffer.from(',"original":{"value":');
const VALUE_ENCODING = Buffer.from(',"valueEncoding":');
const KEY_ENCODING = Buffer.from(',"keyEncoding":');
const HEADERS = Buffer.from(',"headers":[');
const FIRST_NAME = Buffer.from('{"name":');
const NEXT_NAME = Buffer.from(',{"name":');
const VALUE = Buffer.from(',"value":');
const ENCODING = Buffer.from(',"encoding":');
const HEADER_END = Buffer.from('}');
const ORIGINAL_TIMESTAMP = Buffer.from('],"timestamp":');
const END = Buffer.from('}}');

/** The fields of a letter that are its failure's alone, as UTF-8. */
export interface FailureFields {
  readonly error: Buffer;
  /** From `stage` on. */
  readonly others: Buffer;
}

export function failureFields({ stage, code, reason, pointer, schema }: LetterFailure): FailureFields {
  const others = `,"stage":"${stage}","code":"${code}","pointer":${textOrNull(pointer)},"schema":${textOrNull(schema)}`;
  return {
    error: Buffer.from(`,"error":${jsonText(reason)},"timestamp":`),
    others: Buffer.from(`${others},"attempts":`),
  };
}

/**
 * The value of a dead letter (see `Letter`), one line of JSON. Put together by hand: a letter is mostly texts, and most of
 * them need no escape. `cut` says what a shrunk letter lacks; null for a whole one.
 *
 * @returns bytes that are good until the next letter is written. @throws RangeError where a text does not fit into a string
 */
export function letterLine(facts: LetterFacts, failureFields: FailureFields, cut: Cut | null): Buffer {
  // One that was given up in the middle has left its beginning.
  line.clear();
  line.raw(place(facts));
  line.number(facts.offset);
  key(facts);
  line.raw(failureFields.error);
  line.plain(writtenAt(facts.nowMs));
  line.raw(failureFields.others);
  line.number(facts.attempts);
  line.raw(FIRST_FAILED_AT);
  line.plain(failedAt(facts.firstFailedAtMs));
  text(EVENT_ID, facts.eventId);
  text(EVENT_TYPE, facts.eventType);
  text(CORRELATION_ID, facts.correlationId);
  text(GROUP, facts.group);
  const valueEncoding = value(facts);
  text(VALUE_ENCODING, valueEncoding);
  const keyEncoding = key(facts);
  text(KEY_ENCODING, keyEncoding);
  headers(facts);
  line.raw(ORIGINAL_TIMESTAMP);
  line.number(facts.timestampMs);
  line.raw(cut === null ? END : Buffer.from(`,"cut":${JSON.stringify(cut)}},"shrunk":true}`));
  return line.take();
}

/** Whether the value was too large to be held. */
export function isNotKept(value: LetterFacts['value']): value is NotKept {
  return value !== null && !Buffer.isBuffer(value);
}

function text(name: Buffer, value: string | null): void {
  line.raw(name);
  line.text(value);
}

/** Key and value are not even asked for where they lie in place: a buffer would be made of each. */
function key(facts: LetterFacts): Encoding {
  const { inPlace } = facts;
  line.raw(KEY);
  if (inPlace !== null) return line.slice(inPlace.buffer, inPlace.keyStart, inPlace.keyEnd);
  return line.bytes(facts.key);
}

function value(facts: LetterFacts): Encoding {
  const { inPlace } = facts;
  line.raw(ORIGINAL_VALUE);
  if (inPlace !== null) return line.slice(inPlace.buffer, inPlace.valueStart, inPlace.valueEnd);
  return line.bytes(isNotKept(facts.value) ? null : facts.value);
}

/** Where a name is no text its bytes stand for it in a way of their own: those headers are read first. */
function headers(facts: LetterFacts): void {
  line.raw(HEADERS);
  if (facts.inPlace !== null) {
    const start = line.length;
    nameStarts = FIRST_NAME;
    namesAreText = true;
    facts.inPlace.visitHeaders(headerInPlace);
    if (namesAreText) return;
    line.cutTo(start);
  }
  nameStarts = FIRST_NAME;
  for (const { name, value } of facts.headers) {
    text(nameStarts, name);
    line.raw(VALUE);
    endHeader(line.bytes(value));
  }
}

/** What the next header begins with. */
let nameStarts = FIRST_NAME;
/** Whether all names of this letter, so far, are UTF-8. */
let namesAreText = true;

function headerInPlace(
  bytes: Buffer,
  nameStart: number,
  nameEnd: number,
  valueStart: number,
  valueEnd: number,
): void {
  line.raw(nameStarts);
  if (line.slice(bytes, nameStart, nameEnd) !== 'utf8') namesAreText = false;
  line.raw(VALUE);
  endHeader(line.slice(bytes, valueStart, valueEnd));
}

function endHeader(encoding: Encoding): void {
  text(ENCODING, encoding);
  line.raw(HEADER_END);
  nameStarts = NEXT_NAME;
}

const textOrNull = (value: string | null): string => (value === null ? 'null' : jsonText(value));

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
