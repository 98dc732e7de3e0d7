import { createFailureMemory } from './failure-memory.ts';
import type { LetterFacts } from './letter.ts';
import { failureHeaders, letterHeaders, type EncodedHeaders } from './letter-headers.ts';
import { failureFields, isNotKept, letterLine } from './letter-line.ts';
import { shortHeader, shrinkFacts } from './shrink-facts.ts';

/** A dead letter, ready to be sent. */
export interface LetterMessage {
  /** The original's key, so that one entity's letters stay together. */
  readonly key: Buffer | null;
  /** JSON, in memory that the next letter takes, as are the headers: to be used, or copied, before that is written. */
  readonly value: Buffer;
  readonly encodedHeaders: EncodedHeaders;
}

const ofFailure = createFailureMemory((failure) => ({
  fields: failureFields(failure),
  headers: failureHeaders(failure),
}));

/**
 * Writes the dead letter of a record: the whole record is in it, bit for bit. Shrunk from the start is the letter of a
 * record that was too large to be taken, and one that would not fit into a string.
 */
export function writeLetter(facts: LetterFacts): LetterMessage {
  if (facts.failure.code === 'RECORD_TOO_LARGE' || (facts.inPlace === null && isNotKept(facts.value)))
    return shrinkLetter(facts);
  try {
    const { fields, headers } = ofFailure(facts.failure);
    const value = letterLine(facts, fields, null);
    return { key: facts.key, value, encodedHeaders: letterHeaders(facts, headers) };
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
  const { fields, headers } = ofFailure(kept.failure);
  const value = letterLine(kept, fields, cut);
  const encodedHeaders = letterHeaders(
    {
      ...kept,
      correlationId: shortHeader(facts.correlationId),
      traceparent: shortHeader(facts.traceparent),
      redriveCount: shortHeader(facts.redriveCount),
    },
    headers,
  );
  return { key: facts.key, value, encodedHeaders };
}

/** V8 and Node say it each in their own way. A want of memory is another thing: that may pass. */
function isTooLong(error: unknown): boolean {
  const { message, code } = error as NodeJS.ErrnoException;
  return message === 'Invalid string length' || code === 'ERR_STRING_TOO_LONG';
}
