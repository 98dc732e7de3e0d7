import { FetchedRecord } from '@event-pipeline/runtime/kafkajs/fetched-record.ts';
import { pino, type Logger } from 'pino';
import { expect, test } from 'vitest';
import { Delivery } from '../src/delivery.ts';

const source = {
  topic: 't',
  partition: 0,
  released: new AbortController().signal,
  hold: () => undefined,
  unhold: () => undefined,
};

/** The delivery of a record without key and value, and with a header of one byte for each name. */
function deliveryWith(...names: readonly string[]): Delivery {
  return delivery(names, pino({ level: 'silent' }));
}

function delivery(names: readonly string[], log: Logger): Delivery {
  // Lengths on the wire are zigzag varints: twice the number, in one byte below 64.
  const headers = names.map((name) => `${String.fromCharCode(name.length * 2)}${name}\u0002x`).join('');
  const bytes = Buffer.from(headers, 'latin1');
  const record = new FetchedRecord(7, 0, bytes, -1, -1, -1, -1, 0, bytes.length, names.length, null);
  return new Delivery(record, source, 0, log);
}

test('tells whether one of its headers is a traceparent, wherever it stands', () => {
  expect(deliveryWith('correlation-id', 'traceparent').hasTraceparent).toBe(true);
  expect(deliveryWith('traceparent').hasTraceparent).toBe(true);
  expect(deliveryWith('correlation-id', 'traceparenT', 'tracestate').hasTraceparent).toBe(false);
  expect(deliveryWith().hasTraceparent).toBe(false);
});

test('a handler’s own lines say what they are about, but not the offset, which the line "handled" alone has', () => {
  const lines: string[] = [];
  const one = delivery(
    ['correlation-id'],
    pino({ base: null, timestamp: false }, { write: (line) => void lines.push(line) }),
  );
  one.facts = {
    eventId: 'e',
    eventType: 'user-created',
    correlationId: undefined,
    correlation_id: undefined,
  };
  one.log.info({ offset: 7, more: 1 }, 'hello');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    {
      level: 30,
      correlationId: 'x',
      eventId: 'e',
      eventType: 'user-created',
      topic: 't',
      partition: 0,
      more: 1,
      msg: 'hello',
    },
  ]);
});
