import { encodeBytes } from './encode-bytes.ts';
import { jsonText } from './json-text.ts';
import type { Cut, LetterFacts, NotKept } from './letter.ts';
import type { RecordHeader } from './record-header.ts';

const writtenAt = createIsoTime();
const failedAt = createIsoTime();

/**
 * The value of a dead letter (see `Letter`), one line of JSON. Put together by hand: a letter is mostly texts, and most of
 * them need no escape. `cut` says what a shrunk letter lacks; null for a whole one.
 */
export function letterLine(facts: LetterFacts, cut: Cut | null): string {
  const { failure } = facts;
  const key = encodeBytes(facts.key);
  const keyText = jsonText(key.text);
  const value = encodeBytes(isNotKept(facts.value) ? null : facts.value);
  return (
    `{"topic":${jsonText(facts.topic)},"partition":${facts.partition},"offset":${facts.offset}` +
    `,"key":${keyText},"error":${jsonText(failure.reason)},"timestamp":"${writtenAt(facts.nowMs)}"` +
    `,"stage":"${failure.stage}","code":"${failure.code}","pointer":${jsonText(failure.pointer)}` +
    `,"schema":${jsonText(failure.schema)},"attempts":${facts.attempts}` +
    `,"firstFailedAt":"${failedAt(facts.firstFailedAtMs)}","eventId":${jsonText(facts.eventId)}` +
    `,"eventType":${jsonText(facts.eventType)},"correlationId":${jsonText(facts.correlationId)}` +
    `,"group":${jsonText(facts.group)},"original":{"value":${jsonText(value.text)}` +
    `,"valueEncoding":${jsonText(value.encoding)},"key":${keyText},"keyEncoding":${jsonText(key.encoding)}` +
    `,"headers":[${headerTexts(facts.headers)}],"timestamp":${facts.timestampMs}` +
    (cut === null ? '}}' : `,"cut":${JSON.stringify(cut)}},"shrunk":true}`)
  );
}

/** Whether the value was too large to be held. */
export function isNotKept(value: LetterFacts['value']): value is NotKept {
  return value !== null && !Buffer.isBuffer(value);
}

function headerTexts(headers: readonly RecordHeader[]): string {
  let texts = '';
  for (const { name, value } of headers) {
    const { text, encoding } = encodeBytes(value);
    const header = `{"name":${jsonText(name)},"value":${jsonText(text)},"encoding":${jsonText(encoding)}}`;
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
