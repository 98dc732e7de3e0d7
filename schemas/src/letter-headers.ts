import { HeaderBytes, headerBytes } from './header-bytes.ts';
import { headerNames } from './header-names.ts';
import type { LetterFacts, LetterFailure } from './letter.ts';
import { createPlaceMemory } from './place-memory.ts';

/** The headers of a record as they stand on the wire, their number aside. */
export interface EncodedHeaders {
  readonly count: number;
  readonly bytes: Buffer;
}

/** The name of a header with its length in front. */
const nameBytes = (name: string): Buffer => headerBytes([{ name, value: null }]).subarray(0, -1);

const OFFSET = nameBytes(headerNames.deadLetterOffset);
const ATTEMPTS = nameBytes(headerNames.deadLetterAttempts);
const CORRELATION_ID = nameBytes(headerNames.correlationId);
const TRACEPARENT = nameBytes(headerNames.traceparent);
const REDRIVE_COUNT = nameBytes(headerNames.redriveCount);

const encode = (headers: readonly (readonly [name: string, value: string])[]): Buffer =>
  headerBytes(headers.map(([name, value]) => ({ name, value: Buffer.from(value) })));

/** Those of a letter's headers that are the failure's alone; three. */
export const failureHeaders = ({ stage, code, reason }: LetterFailure): Buffer =>
  encode([
    [headerNames.deadLetterStage, stage],
    [headerNames.deadLetterCode, code],
    [headerNames.deadLetterReason, reason],
  ]);

const place = createPlaceMemory((topic, partition) =>
  encode([
    [headerNames.deadLetterTopic, topic],
    [headerNames.deadLetterPartition, String(partition)],
  ]),
);
const PLACE_COUNT = 2;
const FAILURE_COUNT = 3;
/** Offset and attempts. */
const OWN_COUNT = 2;

const writer = new HeaderBytes();

/**
 * The headers of a dead letter. As texts each would be measured and written by itself, twice with its name.
 * @returns bytes that are good until the next letter's headers are written
 */
export function letterHeaders(facts: LetterFacts, ofFailure: Buffer): EncodedHeaders {
  // One that was given up in the middle has left its beginning.
  writer.clear();
  let count = PLACE_COUNT + FAILURE_COUNT + OWN_COUNT;
  writer.raw(place(facts));
  text(OFFSET, String(facts.offset));
  writer.raw(ofFailure);
  text(ATTEMPTS, String(facts.attempts));
  count += textIfAny(CORRELATION_ID, facts.correlationId);
  count += textIfAny(TRACEPARENT, facts.traceparent);
  count += textIfAny(REDRIVE_COUNT, facts.redriveCount);
  return { count, bytes: writer.take() };
}

function text(name: Buffer, value: string): void {
  writer.raw(name);
  writer.text(value);
}

/** @returns how many headers that makes */
function textIfAny(name: Buffer, value: string | null): number {
  if (value === null) return 0;
  text(name, value);
  return 1;
}
