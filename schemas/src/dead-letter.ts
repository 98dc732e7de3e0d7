import { encodeBytes } from './encode-bytes.ts';
import { headerNames } from './header-names.ts';
import type { Letter, LetterFacts } from './letter.ts';
import { shortHeader, shrinkFacts } from './shrink-facts.ts';

/** A dead letter, ready to be sent. */
export interface LetterMessage {
  /** The original's key, so that one entity's letters stay together. */
  readonly key: Buffer | null;
  readonly value: Buffer;
  readonly headers: Record<string, string>;
}

/**
 * Writes the dead letter of a record: the whole record is in it, bit for bit. Shrunk from the start is the letter of a
 * record that was too large to be taken, and one that would not fit into a string.
 */
export function writeLetter(facts: LetterFacts): LetterMessage {
  if (facts.failure.code === 'RECORD_TOO_LARGE' || isNotKept(facts.value)) return shrinkLetter(facts);
  try {
    return { key: facts.key, value: toLine(letterOf(facts)), headers: letterHeaders(facts) };
  } catch (error) {
    if (isTooLong(error)) return shrinkLetter(facts);
    throw error;
  }
}

/**
 * Writes the letter for a broker that calls the whole one too large: below 64 KiB whatever the record was, its key
 * aside, which stays the message's key. It says `"shrunk": true`, and `original.cut` says what is missing.
 */
export function shrinkLetter(facts: LetterFacts): LetterMessage {
  const { kept, cut } = shrinkFacts(facts);
  const letter = letterOf(kept);
  const value = toLine({ ...letter, original: { ...letter.original, cut }, shrunk: true });
  const headers = letterHeaders({
    ...kept,
    correlationId: shortHeader(facts.correlationId),
    traceparent: shortHeader(facts.traceparent),
    redriveCount: shortHeader(facts.redriveCount),
  });
  return { key: facts.key, value, headers };
}

function letterOf(facts: LetterFacts): Letter {
  const { failure } = facts;
  const key = encodeBytes(facts.key);
  const value = encodeBytes(isNotKept(facts.value) ? null : facts.value);
  return {
    topic: facts.topic,
    partition: facts.partition,
    offset: facts.offset,
    key: key.text,
    error: failure.reason,
    timestamp: new Date(facts.nowMs).toISOString(),
    stage: failure.stage,
    code: failure.code,
    pointer: failure.pointer,
    schema: failure.schema,
    attempts: facts.attempts,
    firstFailedAt: new Date(facts.firstFailedAtMs).toISOString(),
    eventId: facts.eventId,
    eventType: facts.eventType,
    correlationId: facts.correlationId,
    group: facts.group,
    original: {
      value: value.text,
      valueEncoding: value.encoding,
      key: key.text,
      keyEncoding: key.encoding,
      headers: facts.headers.map((header) => {
        const { text, encoding } = encodeBytes(header.value);
        return { name: header.name, value: text, encoding };
      }),
      timestamp: facts.timestampMs,
    },
  };
}

function letterHeaders(facts: LetterFacts): Record<string, string> {
  const headers: Record<string, string> = {
    [headerNames.deadLetterTopic]: facts.topic,
    [headerNames.deadLetterPartition]: String(facts.partition),
    [headerNames.deadLetterOffset]: String(facts.offset),
    [headerNames.deadLetterStage]: facts.failure.stage,
    [headerNames.deadLetterCode]: facts.failure.code,
    [headerNames.deadLetterReason]: facts.failure.reason,
    [headerNames.deadLetterAttempts]: String(facts.attempts),
  };
  if (facts.correlationId !== null) headers[headerNames.correlationId] = facts.correlationId;
  if (facts.traceparent !== null) headers[headerNames.traceparent] = facts.traceparent;
  if (facts.redriveCount !== null) headers[headerNames.redriveCount] = facts.redriveCount;
  return headers;
}

/**
 * One line for whatever reads lines, and harmless in a terminal: JSON lets DEL, the C1 controls (among them CSI, which
 * begins escape sequences) and Unicode's line separators stand as they are. They occur in strings only, where an escape means the same.
 */
function toLine(letter: Letter): Buffer {
  const json = JSON.stringify(letter).replaceAll(/[\u007f-\u009f\u2028\u2029]/g, (char) => {
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  return Buffer.from(json);
}

/** V8 and Node say it each in their own way. */
function isTooLong(error: unknown): boolean {
  return error instanceof RangeError || (error as NodeJS.ErrnoException).code === 'ERR_STRING_TOO_LONG';
}

function isNotKept<T extends LetterFacts['value']>(value: T): value is Exclude<T, Buffer | null> {
  return value !== null && !Buffer.isBuffer(value);
}
