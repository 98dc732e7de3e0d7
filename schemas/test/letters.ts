import * as fc from 'fast-check';
import type { LetterMessage } from '../src/dead-letter.ts';
import type { LetterFacts } from '../src/letter.ts';

/** Facts of the letter of a record that one handler could not handle; what differs is given. */
export function factsOf(changes: Partial<LetterFacts> = {}): LetterFacts {
  return {
    topic: 'kafka-topics2',
    partition: 3,
    offset: 42,
    key: Buffer.from('u-1'),
    value: Buffer.from('{"eventId":"e-1"}'),
    headers: [{ name: 'correlation-id', value: Buffer.from('c-1') }],
    inPlace: null,
    timestampMs: 1_700_000_000_000,
    failure: {
      stage: 'handler',
      code: 'RETRIES_EXHAUSTED',
      reason: 'It broke.',
      pointer: null,
      schema: null,
    },
    attempts: 4,
    firstFailedAtMs: Date.UTC(2026, 10, 5, 12),
    eventId: 'e-1',
    eventType: 'user-created',
    correlationId: 'c-1',
    traceparent: null,
    group: 'kafka-group',
    redriveCount: null,
    nowMs: Date.UTC(2026, 10, 5, 12, 1),
    ...changes,
  };
}

/** The headers of a letter, read from their form on the wire, in their order. */
export function headersOf({ encodedHeaders }: LetterMessage): Record<string, string> {
  const { bytes, count } = encodedHeaders;
  let at = 0;
  const next = (): string => {
    let zigzag = 0;
    for (let shift = 0, byte = 0x80; byte >= 0x80; shift += 7) {
      byte = bytes[at++] as number;
      zigzag += (byte % 128) * 2 ** shift;
    }
    return bytes.toString('utf8', at, (at += zigzag / 2));
  };
  const headers = Array.from({ length: count }, () => [next(), next()] as const);
  if (at !== bytes.length) throw new Error(`${bytes.length - at} bytes behind the last header`);
  return Object.fromEntries(headers);
}

/** Bytes of all kinds: none, text, text that a terminal or JSON trips over, and what is no UTF-8. */
export const anyBytes: fc.Arbitrary<Buffer> = fc.oneof(
  fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
  fc.uint8Array().map((bytes) => Buffer.from(bytes)),
  fc
    .constantFrom('', '\ufeff', '\u0000', '\u009b31m', '\u2028', '\r\n', '"\\', '\ufffd')
    .map((t) => Buffer.from(t)),
);

const bytesOrNull = fc.option(anyBytes);
// A name that is no UTF-8 comes with a lone surrogate for each byte above ASCII.
const names = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', '__proto__', 'constructor', 'a', 'a', '\udc80\udcff', 'dead-letter-code'),
);

/** What a record can be made of. */
export const anyRecord = fc.record({
  key: bytesOrNull,
  value: bytesOrNull,
  headers: fc.array(fc.record({ name: names, value: bytesOrNull })),
  timestampMs: fc.oneof(fc.constantFrom(-1, 0, 2 ** 53 - 1), fc.maxSafeInteger()),
});
