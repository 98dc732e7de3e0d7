import { headerNames } from './header-names.ts';
import type { LetterFacts } from './letter.ts';
import { isNotKept, letterLine } from './letter-line.ts';
import { shortHeader, shrinkFacts } from './shrink-facts.ts';

/** A dead letter, ready to be sent. */
export interface LetterMessage {
  /** The original's key, so that one entity's letters stay together. */
  readonly key: Buffer | null;
  /** JSON, in memory that the next letter takes: to be used, or copied, before that is written. */
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
    return { key: facts.key, value: letterLine(facts, null), headers: letterHeaders(facts) };
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
  const value = letterLine(kept, cut);
  const headers = letterHeaders({
    ...kept,
    correlationId: shortHeader(facts.correlationId),
    traceparent: shortHeader(facts.traceparent),
    redriveCount: shortHeader(facts.redriveCount),
  });
  return { key: facts.key, value, headers };
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

/** V8 and Node say it each in their own way. A want of memory is another thing: that may pass. */
function isTooLong(error: unknown): boolean {
  const { message, code } = error as NodeJS.ErrnoException;
  return message === 'Invalid string length' || code === 'ERR_STRING_TOO_LONG';
}
