import { ENDINGS, endingOf, isCutOff } from './cut-off.ts';
import { decodeText } from './decode-text.ts';
import type { Event } from './event-types.ts';
import { createTypeFinder, schemaOf } from './known-types.ts';
import type { Contract } from './load-contract.ts';
import { refuseBytes, refuseBySchema, refuseType, type Refusal } from './refusal.ts';
import { refuseCutOff, refuseJson, refuseText } from './refuse-bytes.ts';

export interface Accepted {
  readonly kind: 'accepted';
  /** The record's value, parsed; fields that no schema knows are kept. */
  readonly event: Event;
  /** The eventTime that the record did not have; null where it had its own. */
  readonly filledEventTime: string | null;
}

export type Verdict = Accepted | Refusal;

/**
 * The value is `bytes`, or what lies in them from `start` up to `end`: two numbers cost less than a view. There is none
 * where the bytes are null or `end` is not above `start`.
 */
export type Accept = (bytes: Buffer | null, timestampMs: number, start?: number, end?: number) => Verdict;

interface Body {
  eventType: string;
  readonly eventVersion: string;
  eventTime: string;
  readonly payload: unknown;
}

// What RFC 3339 can write: the years 0000 to 9999.
const earliestMs = Date.UTC(-1, 12);
const latestMs = Date.UTC(10_000, 0) - 1;

/**
 * Makes the function that turns a record's value into an event or a refusal. It is pure and never throws: every value
 * gets a verdict, and the same one at every end of the pipeline. `timestampMs` is the record's timestamp, or the time of
 * receipt where the record has none; it fills in a missing `eventTime`.
 *
 *     bytes → UTF-8 → JSON → envelope → type → version → payload
 *
 * The hot path: nothing is allocated beyond text, parsed value and the result.
 */
export function createAccept({ envelope, payloads }: Contract): Accept {
  const known = [...payloads.keys()].join(', ');
  const find = createTypeFinder(payloads);
  /** Whether a value that ended so was JSON. */
  const isKnownEnding = new Uint8Array(ENDINGS);

  function check(body: unknown, filledEventTime: string | null): Verdict {
    if (!passes(envelope.validate, body)) return refuseBySchema(body, 'envelope', envelope, '', body);
    const { eventType, eventVersion, payload } = body as Body;
    const type = find(eventType);
    if (type === null) {
      return refuseType(body, 'UNKNOWN_EVENT_TYPE', `The event type is none of ${known}.`);
    }
    // The same text, but not one of its own for each record: whoever looks for something by it is spared its hash.
    (body as Body).eventType = type.eventType;
    const compiled = schemaOf(type, eventVersion);
    if (compiled === undefined) {
      const supported = [...type.versions.keys()].join(', ');
      return refuseType(
        body,
        'UNSUPPORTED_VERSION',
        `The event version is none of those supported: ${supported}.`,
      );
    }
    if (!passes(compiled.validate, payload)) {
      return refuseBySchema(body, 'payload', compiled, '/payload', payload);
    }
    return { kind: 'accepted', event: body as Event, filledEventTime };
  }

  return (bytes, timestampMs, start = 0, end = bytes?.length ?? 0) => {
    if (bytes === null || start >= end) return refuseBytes('EMPTY_VALUE', 'The record has no value.');
    let text: string | null = null;
    let body: unknown;
    try {
      text = decodeText(bytes, start, end);
      if (text === null) return refuseText(bytes.subarray(start, end));
      const ending = endingOf(bytes, end);
      if (isKnownEnding[ending] === 0 && isCutOff(bytes, start, end))
        return refuseCutOff(bytes.subarray(start, end));
      body = parseJson(text);
      isKnownEnding[ending] = 1;
    } catch (error) {
      return refuseJson(bytes.subarray(start, end), error);
    }
    return check(body, fillEventTime(body, timestampMs));
  };
}

/** The stack of an error that nobody sees costs more than half of a refusal: none is taken. @throws SyntaxError */
function parseJson(text: string): unknown {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return JSON.parse(text);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** A value so deep or so long that checking it exhausts the stack does not pass. */
function passes(validate: (data: unknown) => unknown, data: unknown): boolean {
  try {
    return validate(data) === true;
  } catch {
    return false;
  }
}

/** Null is a wrong eventTime, not a missing one; a timestamp that RFC 3339 cannot write leaves it missing. */
function fillEventTime(body: unknown, timestampMs: number): string | null {
  if (typeof body !== 'object' || body === null || (body as Body).eventTime !== undefined) return null;
  if (!(timestampMs >= earliestMs && timestampMs <= latestMs)) return null;
  const eventTime = new Date(timestampMs).toISOString();
  (body as Body).eventTime = eventTime;
  return eventTime;
}
