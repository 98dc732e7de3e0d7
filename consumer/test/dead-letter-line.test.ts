import { FetchedRecord } from '@event-pipeline/runtime/kafkajs/fetched-record.ts';
import { oneLine } from '@event-pipeline/runtime/json-string.ts';
import * as fc from 'fast-check';
import pino from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createLetterLines } from '../src/dead-letter-line.ts';
import { Delivery } from '../src/delivery.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', '"\\', '\u0000\n', '\u007f\u009b31m', '\u2028', '\ud800', 'ordinary'),
);
const textOrNull = fc.option(text);

let lines: string[] = [];
const write = (line: string | Buffer) => void lines.push(String(line));
// One for all lines, as in a consumer: what it keeps of the last one must not stand in the next.
const writeByHand = createLetterLines({ write });

/** The line that the log would write, and the one that is put together. */
function linesOf(facts: {
  eventId: string | null;
  eventType: string | null;
  reason: string;
  pointer: string | null;
  partition: number;
}) {
  lines = [];
  const log = pino(
    {
      base: { service: 'consumer' },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: (line: string) => write(oneLine(line)) },
  );
  const released = new AbortController().signal;
  const source = {
    topic: 'a-topic',
    partition: facts.partition,
    released,
    hold: () => undefined,
    unhold: () => undefined,
  };
  const record = new FetchedRecord(42, 0, Buffer.alloc(0), -1, -1, 0, 0, 0, 0, 0, null);
  const delivery = new Delivery(record, source, 0, log);
  delivery.facts = facts;
  delivery.attempts = 2;
  const { reason, pointer } = facts;
  const failure = { stage: 'handler', code: 'RETRIES_EXHAUSTED', reason, pointer, schema: null } as const;
  const { stage, code } = failure;
  log.warn({ ...delivery.logFields, stage, code, reason, pointer, attempts: 2 }, 'dead letter written');
  writeByHand(delivery, failure);
  return lines;
}

test('the line of a letter is what the log would write, whatever is in it', () => {
  fc.assert(
    fc.property(
      fc.record({
        eventId: textOrNull,
        eventType: textOrNull,
        reason: text,
        pointer: textOrNull,
        partition: fc.nat(2),
      }),
      (facts) => {
        const [byTheLog, byHand] = linesOf(facts);
        expect(byHand).toBe(byTheLog);
      },
    ),
  );
});

test('a delivery without facts has nulls', () => {
  const [byTheLog, byHand] = linesOf({
    eventId: null,
    eventType: null,
    reason: 'No.',
    pointer: null,
    partition: 3,
  });
  expect(byHand).toBe(byTheLog);
  expect(JSON.parse(String(byHand))).toMatchObject({ eventId: null, correlationId: null, offset: 42 });
});
