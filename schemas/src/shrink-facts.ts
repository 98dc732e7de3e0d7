import { createHash } from 'node:crypto';
import { headerBytes } from './header-bytes.ts';
import type { Cut, Digest, LetterFacts } from './letter.ts';

// Together they keep a shrunk letter below 64 KiB, even where JSON writes each character as an escape of six.
const keptBytes = 1024;
const keptHeaders = 32;
const keptHeadersBytes = 2048;
const keptText = 256;
const keptSentence = 1024;

/**
 * The facts without what makes a letter large: a value or key above 1 KiB, headers above 2 KiB or 32 in number; texts
 * end after 256 characters (reason and pointer after 1,024). A digest stands for each part of the record that is cut.
 */
export function shrinkFacts(facts: LetterFacts): { kept: LetterFacts; cut: Cut } {
  const cut = cutParts(facts);
  const { failure } = facts;
  const fields: string[] = [];
  const short = (field: string, text: string, max: number = keptText): string => {
    if (text.length <= max) return text;
    fields.push(field);
    return `${text.slice(0, max)}…`;
  };
  const shortOrNull = (field: string, text: string | null, max?: number): string | null => {
    return text === null ? null : short(field, text, max);
  };
  const kept: LetterFacts = {
    topic: facts.topic,
    partition: facts.partition,
    offset: facts.offset,
    value: cut.value === null ? facts.value : null,
    key: cut.key === null ? facts.key : null,
    headers: cut.headers === null ? facts.headers : [],
    inPlace: null,
    timestampMs: facts.timestampMs,
    failure: {
      ...failure,
      reason: short('error', failure.reason, keptSentence),
      pointer: shortOrNull('pointer', failure.pointer, keptSentence),
      schema: shortOrNull('schema', failure.schema),
    },
    attempts: facts.attempts,
    firstFailedAtMs: facts.firstFailedAtMs,
    eventId: shortOrNull('eventId', facts.eventId),
    eventType: shortOrNull('eventType', facts.eventType),
    correlationId: shortOrNull('correlationId', facts.correlationId),
    traceparent: facts.traceparent,
    group: short('group', facts.group),
    redriveCount: facts.redriveCount,
    nowMs: facts.nowMs,
  };
  return { kept, cut: { ...cut, fields } };
}

/** A text for a header of the shrunk letter; null where it is too long: half an id would be a wrong one. */
export function shortHeader(text: string | null): string | null {
  return text === null || text.length > keptText ? null : text;
}

function cutParts({ key, value, headers }: LetterFacts): Omit<Cut, 'fields'> {
  const headersOnWire = headerBytes(headers);
  const manyHeaders = headers.length > keptHeaders || headersOnWire.length > keptHeadersBytes;
  const cutKey = key === null || key.length <= keptBytes ? null : digestOf(key);
  const cutHeaders = manyHeaders ? digestOf(headersOnWire) : null;
  if (value === null || Buffer.isBuffer(value)) {
    return {
      recordBytes: (key?.length ?? 0) + (value?.length ?? 0) + headersOnWire.length,
      value: value === null || value.length <= keptBytes ? null : digestOf(value),
      key: cutKey,
      headers: cutHeaders,
    };
  }
  return {
    recordBytes: value.bytes,
    value: notKept(value.sha256),
    key: notKept(value.keySha256) ?? cutKey,
    headers: notKept(value.headersSha256) ?? cutHeaders,
  };
}

function digestOf(bytes: Buffer): Digest {
  return { sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length };
}

function notKept(sha256: string | null | undefined): Digest | null {
  return typeof sha256 === 'string' ? { sha256, bytes: null } : null;
}
