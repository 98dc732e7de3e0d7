/** A record's own bytes, for those who pass an event on as it came. */
export interface RawRecord {
  readonly value: Buffer;
  /** The `eventTime` that was filled in because the record had none; null where the record has its own. */
  readonly filledEventTime: string | null;
  /** Whether a header `traceparent` is among its headers: without one they need not be read. */
  readonly hasTraceparent: boolean;
}

const OPENING_BRACE = 0x7b;

/**
 * The record's own bytes, with `eventTime` as the first member where the record had none. Nothing is parsed and written
 * again, so numbers beyond 2^53, spacing and repeated members stay what they were.
 * The value must be a JSON object with at least one member, as each valid event is: only white space can precede its
 * first brace, and a member follows it.
 */
export function forwardBody({ value, filledEventTime }: Omit<RawRecord, 'hasTraceparent'>): Buffer {
  if (filledEventTime === null) return value;
  const afterBrace = value.indexOf(OPENING_BRACE) + 1;
  const member = Buffer.from(`"eventTime":${JSON.stringify(filledEventTime)},`, 'utf8');
  return Buffer.concat([value.subarray(0, afterBrace), member, value.subarray(afterBrace)]);
}
