import { FetchedRecord } from '@event-pipeline/runtime/kafkajs/fetched-record.ts';
import { pino } from 'pino';
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
  // Lengths on the wire are zigzag varints: twice the number, in one byte below 64.
  const headers = names.map((name) => `${String.fromCharCode(name.length * 2)}${name}\u0002x`).join('');
  const bytes = Buffer.from(headers, 'latin1');
  const record = new FetchedRecord(7, 0, bytes, -1, -1, -1, -1, 0, bytes.length, names.length, null);
  return new Delivery(record, source, 0, pino({ level: 'silent' }));
}

test('tells whether one of its headers is a traceparent, wherever it stands', () => {
  expect(deliveryWith('correlation-id', 'traceparent').hasTraceparent).toBe(true);
  expect(deliveryWith('traceparent').hasTraceparent).toBe(true);
  expect(deliveryWith('correlation-id', 'traceparenT', 'tracestate').hasTraceparent).toBe(false);
  expect(deliveryWith().hasTraceparent).toBe(false);
});
