import { encodeBytes } from './encode-bytes.ts';
import { createRepeatedTexts, jsonAscii, jsonText } from './json-text.ts';
import type { Cut, LetterFacts, NotKept } from './letter.ts';
import type { RecordHeader } from './record-header.ts';

const writtenAt = createIsoTime();
const failedAt = createIsoTime();
/** For topics, schemas, the group, names of headers. */
const repeated = createRepeatedTexts();

/**
 * The value of a dead letter (see `Letter`), one line of JSON. Put together by hand: a letter is mostly texts, and most of
 * them need no escape. `cut` says what a shrunk letter lacks; null for a whole one.
 */
export function letterLine(facts: LetterFacts, cut: Cut | null): string {
  const { failure } = facts;
  const key = encoded(facts.key);
  const value = encoded(isNotKept(facts.value) ? null : facts.value);
  return (
    `{"topic":${repeated(facts.topic)},"partition":${facts.partition},"offset":${facts.offset}` +
    `,"key":${key.json},"error":${jsonText(failure.reason)},"timestamp":"${writtenAt(facts.nowMs)}"` +
    `,"stage":"${failure.stage}","code":"${failure.code}","pointer":${jsonText(failure.pointer)}` +
    `,"schema":${repeated(failure.schema)},"attempts":${facts.attempts}` +
    `,"firstFailedAt":"${failedAt(facts.firstFailedAtMs)}","eventId":${jsonText(facts.eventId)}` +
    `,"eventType":${jsonText(facts.eventType)},"correlationId":${jsonText(facts.correlationId)}` +
    `,"group":${repeated(facts.group)},"original":{"value":${value.json}` +
    `,"valueEncoding":${value.encoding},"key":${key.json},"keyEncoding":${key.encoding}` +
    `,"headers":[${headerTexts(facts.headers)}],"timestamp":${facts.timestampMs}` +
    (cut === null ? '}}' : `,"cut":${JSON.stringify(cut)}},"shrunk":true}`)
  );
}

/** Whether the value was too large to be held. */
export function isNotKept(value: LetterFacts['value']): value is NotKept {
  return value !== null && !Buffer.isBuffer(value);
}

/** The bytes and how they are encoded, both as JSON. */
function encoded(bytes: Buffer | null): { readonly json: string; readonly encoding: string } {
  const { text, encoding } = encodeBytes(bytes);
  if (text === null || bytes === null) return { json: 'null', encoding: 'null' };
  if (encoding === 'base64') return { json: `"${text}"`, encoding: '"base64"' };
  // UTF-8 has a byte for each character only where all of them are ASCII.
  return { json: text.length === bytes.length ? jsonAscii(text) : jsonText(text), encoding: '"utf8"' };
}

function headerTexts(headers: readonly RecordHeader[]): string {
  let texts = '';
  for (const { name, value } of headers) {
    const { json, encoding } = encoded(value);
    const header = `{"name":${repeated(name)},"value":${json},"encoding":${encoding}}`;
    texts += texts === '' ? header : `,${header}`;
  }
  return texts;
}

/** ISO 8601 of a time; made anew when another millisecond is asked for than the last time. */
function createIsoTime(): (ms: number) => string {
  let text = '';
  let madeFor = Number.NaN;
  return (ms) => {
    if (ms !== madeFor) {
      text = new Date(ms).toISOString();
      madeFor = ms;
    }
    return text;
  };
}
