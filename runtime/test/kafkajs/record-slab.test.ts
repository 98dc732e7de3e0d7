import { expect, test } from 'vitest';
import { FetchedRecord } from '../../src/kafkajs/fetched-record.ts';
import { createRecordSlab } from '../../src/kafkajs/record-slab.ts';

/** A record somewhere in a response: the key "k", the value, and one header. */
function recordOf(value: Buffer): FetchedRecord {
  const header = Buffer.from('\u0002h\u0002v');
  const response = Buffer.concat([Buffer.alloc(1000), Buffer.from('k'), value, header, Buffer.alloc(10)]);
  const valueEnd = 1001 + value.length;
  const end = valueEnd + header.length;
  return new FetchedRecord(7, 0, response, 1000, 1001, 1001, valueEnd, valueEnd, end, 1, null);
}

const contentOf = ({ keyText, value, headers }: FetchedRecord) => [
  keyText,
  value?.toString(),
  headers.map((header) => [header.name, header.value?.toString()]),
];

test('records that a slab takes keep their bytes, out of their responses, and share its memory', () => {
  const slab = createRecordSlab();
  const values = Array.from({ length: 500 }, (_, index) => String(index).repeat(1 + (index % 200)));
  const records = values.map((value) => recordOf(Buffer.from(value)));
  for (const record of records) slab.take(record);
  expect(records.map(contentOf)).toEqual(values.map((value) => ['k', value, [['h', 'v']]]));
  const places = new Set(records.map(({ buffer }) => buffer.buffer));
  expect(places.size).toBeGreaterThan(1);
  expect([...places].map(({ byteLength }) => byteLength)).toEqual([...places].map(() => 64 * 1024));
});

test('a large record has a buffer of its own, and so does one that is detached; such a one stays where it is', () => {
  const slab = createRecordSlab();
  const large = recordOf(Buffer.alloc(9000, 'x'));
  slab.take(large);
  expect(large.buffer.buffer.byteLength).toBe(9005);
  const small = recordOf(Buffer.from('small'));
  slab.take(small);
  small.detach();
  const { buffer } = small;
  expect(buffer.buffer.byteLength).toBe(10);
  expect(contentOf(small)).toEqual(['k', 'small', [['h', 'v']]]);
  slab.take(small);
  expect(small.buffer).toBe(buffer);
});
