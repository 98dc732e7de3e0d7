import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { shrinkLetter, writeLetter } from '../src/dead-letter.ts';
import { readLetter, rebuildOriginal } from '../src/read-letter.ts';
import { anyRecord, factsOf } from './letters.ts';

test('from a letter the record is rebuilt bit for bit', () => {
  fc.assert(
    fc.property(anyRecord, (record) => {
      expect(rebuildOriginal(Buffer.from(writeLetter(factsOf(record)).value))).toEqual(record);
    }),
    { numRuns: 1_000 },
  );
});

test('also from a shrunk one that lacks no part of the record', () => {
  const { key, value, headers, timestampMs } = factsOf();
  expect(rebuildOriginal(Buffer.from(shrinkLetter(factsOf()).value))).toEqual({
    key,
    value,
    headers,
    timestampMs,
  });
});

const large = Buffer.alloc(2_000);

test.each([{ value: large }, { key: large }, { headers: [{ name: 'h', value: Buffer.alloc(3_000) }] }])(
  'but not from one that does (%o)',
  (part) => {
    const shrunk = Buffer.from(shrinkLetter(factsOf(part)).value);
    expect(readLetter(shrunk)?.shrunk).toBe(true);
    expect(rebuildOriginal(shrunk)).toBeNull();
  },
);

test('a letter is read as it was written', () => {
  const value = Buffer.from(writeLetter(factsOf()).value);
  expect(readLetter(value)).toEqual(JSON.parse(value.toString()));
});

const letter = JSON.parse(String(writeLetter(factsOf()).value)) as Record<string, object>;
const original = letter['original'];

test.each([
  null,
  Buffer.alloc(0),
  Buffer.from([0xff]),
  'x',
  'null',
  '[]',
  '{}',
  JSON.stringify({ ...letter, original: null }),
  JSON.stringify({ ...letter, offset: '42' }),
  JSON.stringify({ ...letter, topic: null }),
  JSON.stringify({ ...letter, eventId: 5 }),
  JSON.stringify({ ...letter, original: { ...original, headers: {} } }),
  JSON.stringify({ ...letter, original: { ...original, headers: [{ value: null, encoding: null }] } }),
  JSON.stringify({ ...letter, original: { ...original, timestamp: null } }),
  JSON.stringify({ ...letter, original: { ...original, cut: null } }),
])('%s is no letter', (value) => {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  expect(readLetter(bytes)).toBeNull();
  expect(rebuildOriginal(bytes)).toBeNull();
});

test.each([
  { value: 'x', valueEncoding: null },
  { value: null, valueEncoding: 'utf8' },
  { value: 'no base64', valueEncoding: 'base64' },
  { value: '\ud800', valueEncoding: 'utf8' },
  { value: '00', valueEncoding: 'hex' },
  { keyEncoding: 'base64' },
  { headers: [{ name: 'h', value: 5, encoding: 'utf8' }] },
])('nothing is rebuilt from an original with %j', (change) => {
  const bytes = Buffer.from(JSON.stringify({ ...letter, original: { ...original, ...change } }));
  expect(readLetter(bytes)).not.toBeNull();
  expect(rebuildOriginal(bytes)).toBeNull();
});
