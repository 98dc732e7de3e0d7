import { expect, test } from 'vitest';
import type { FetchedRecord } from '../../src/kafkajs/fetched-record.ts';
import { decoded } from './decoded.ts';
import { encodeBatch, type WrittenRecord } from './encode-fetch.ts';

const recordOf = (written: WrittenRecord): FetchedRecord =>
  decoded(encodeBatch({ baseOffset: 7, records: [written] })).records[0] as FetchedRecord;

const partsOf = ({ key, keyText, value, headers, sizeBytes }: FetchedRecord) => {
  return { key, keyText, value, headers, sizeBytes };
};

test('key, value and headers are views of the response', () => {
  const record = recordOf({ key: 'key', value: 'value', headers: [{ name: 'h', value: '1' }] });
  expect(partsOf(record)).toEqual({
    key: Buffer.from('key'),
    keyText: 'key',
    value: Buffer.from('value'),
    headers: [{ name: 'h', value: Buffer.from('1') }],
    sizeBytes: 3 + 5 + 4,
  });
  expect(record.value?.buffer).toBe(record.buffer.buffer);
});

test('the key as text has one character a byte, so that different keys never meet', () => {
  expect(recordOf({ key: Buffer.from([0xc3, 0xa9]) }).keyText).toBe('\u00c3\u00a9');
  expect(recordOf({ key: Buffer.from([0xff]) }).keyText).not.toBe(
    recordOf({ key: Buffer.from([0xfe]) }).keyText,
  );
});

test.each<[string, WrittenRecord]>([
  ['all', { key: 'key', value: 'value', headers: [{ name: 'h', value: null }] }],
  ['null key', { key: null, value: 'value' }],
  ['null value', { key: 'key', value: null, headers: [{ name: '', value: '' }] }],
  ['headers only', { key: null, value: null, headers: [{ name: 'a', value: 'b' }] }],
  ['empty key and value', { key: '', value: '' }],
  ['nothing', { key: null, value: null }],
])('detached it is the same, and holds nothing but itself: %s', (_, written) => {
  const record = recordOf(written);
  const { buffer } = record;
  const before = structuredClone(partsOf(record));
  record.detach();
  expect(record.buffer.buffer).not.toBe(buffer.buffer);
  expect(record.buffer.buffer.byteLength).toBeLessThanOrEqual(record.sizeBytes + 6);
  buffer.fill(0xee);
  expect(structuredClone(partsOf(record))).toEqual(before);
});

test('a header name that is not UTF-8 keeps its bytes, and meets no other name', () => {
  const names = [
    Buffer.from([0x41, 0xff]),
    Buffer.from([0xc3]),
    Buffer.from('\u00ff'),
    Buffer.from('\ufffd'),
  ];
  const { headers } = recordOf({ headers: names.map((name) => ({ name, value: null })) });
  expect(headers.map(({ name }) => name)).toEqual(['A\udcff', '\udcc3', '\u00ff', '\ufffd']);
});
