import { headerBytes } from './header-bytes.ts';
import { headerNames } from './header-names.ts';
import type { LetterFacts, LetterFailure } from './letter.ts';

/** The headers of a record as they stand on the wire, their number aside. */
export interface EncodedHeaders {
  readonly count: number;
  readonly bytes: Buffer;
}

const FIRST_BYTES = 1024;
/** Larger memory is not used again. */
const KEPT_BYTES = 64 * 1024;

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

let memory = Buffer.allocUnsafeSlow(FIRST_BYTES);
let used = 0;
let count = 0;
const place = createPlace();

/**
 * The headers of a dead letter. As texts each would be measured and written by itself, twice with its name.
 * @returns bytes that are good until the next letter's headers are written
 */
export function letterHeaders(facts: LetterFacts, ofFailure: Buffer): EncodedHeaders {
  used = 0;
  count = 0;
  if (memory.length > KEPT_BYTES) memory = Buffer.allocUnsafeSlow(FIRST_BYTES);
  raw(place(facts), 2);
  text(OFFSET, String(facts.offset));
  raw(ofFailure, 3);
  text(ATTEMPTS, String(facts.attempts));
  if (facts.correlationId !== null) text(CORRELATION_ID, facts.correlationId);
  if (facts.traceparent !== null) text(TRACEPARENT, facts.traceparent);
  if (facts.redriveCount !== null) text(REDRIVE_COUNT, facts.redriveCount);
  return { count, bytes: memory.subarray(0, used) };
}

function raw(headers: Buffer, howMany: number): void {
  makeRoom(headers.length);
  memory.set(headers, used);
  used += headers.length;
  count += howMany;
}

function text(name: Buffer, value: string): void {
  raw(name, 1);
  // No UTF-16 unit becomes more than three bytes; five are the longest length.
  makeRoom(5 + 3 * value.length);
  if (value.length >= 64 || !tryAscii(value)) {
    const bytes = Buffer.from(value);
    varint(bytes.length * 2);
    memory.set(bytes, used);
    used += bytes.length;
  }
}

/** @returns false, and nothing is written, where it is more than ASCII. Its length must take one byte. */
function tryAscii(value: string): boolean {
  let at = used;
  memory[at++] = value.length * 2;
  for (let index = 0; index < value.length; index += 1) {
    const code = value.charCodeAt(index);
    if (code >= 0x80) return false;
    memory[at++] = code;
  }
  used = at;
  return true;
}

function varint(zigzag: number): void {
  let left = zigzag;
  for (; left >= 128; left = Math.floor(left / 128)) memory[used++] = (left % 128) | 0x80;
  memory[used++] = left;
}

function makeRoom(more: number): void {
  if (used + more <= memory.length) return;
  const larger = Buffer.allocUnsafeSlow(Math.max(used + more, 2 * memory.length));
  memory.copy(larger, 0, 0, used);
  memory = larger;
}

/** Those of the source's topic and partition; made anew when it is another one's turn. */
function createPlace(): (facts: LetterFacts) => Buffer {
  let bytes: Buffer = Buffer.alloc(0);
  let topic = '';
  let partition = -1;
  return (facts) => {
    if (facts.partition !== partition || facts.topic !== topic) {
      bytes = encode([
        [headerNames.deadLetterTopic, facts.topic],
        [headerNames.deadLetterPartition, String(facts.partition)],
      ]);
      ({ topic, partition } = facts);
    }
    return bytes;
  };
}
