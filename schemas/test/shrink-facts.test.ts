import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { shrinkLetter, writeLetter, type LetterMessage } from '../src/dead-letter.ts';
import { headerBytes } from '../src/header-bytes.ts';
import type { Letter } from '../src/letter.ts';
import type { RecordHeader } from '../src/record-header.ts';
import { anyBytes, factsOf, headersOf } from './letters.ts';

const parse = ({ value }: LetterMessage): Letter => JSON.parse(String(value)) as Letter;
const digestOf = (bytes: Buffer): object => ({
  sha256: createHash('sha256').update(bytes).digest('hex'),
  bytes: bytes.length,
});

const large = Buffer.alloc(1_000_000, 0x1b);
const manyHeaders = Array.from({ length: 20_000 }, (_, index) => ({
  name: `h${index}`,
  value: Buffer.from('v'),
}));

test('digests stand for what is cut', () => {
  const facts = factsOf({ key: large, value: Buffer.from(large), headers: manyHeaders });
  const message = shrinkLetter(facts);
  const wire = headerBytes(manyHeaders);
  expect(message.key).toBe(large);
  expect(parse(message)).toMatchObject({
    topic: 'kafka-topics2',
    partition: 3,
    offset: 42,
    key: null,
    shrunk: true,
  });
  expect(parse(message).original).toEqual({
    value: null,
    valueEncoding: null,
    key: null,
    keyEncoding: null,
    headers: [],
    timestamp: facts.timestampMs,
    cut: {
      recordBytes: 2_000_000 + wire.length,
      value: digestOf(large),
      key: digestOf(large),
      headers: digestOf(wire),
      fields: [],
    },
  });
});

const empty = (length: number): RecordHeader[] => Array.from({ length }, () => ({ name: '', value: null }));

test('headers are cut for their number too', () => {
  expect(parse(shrinkLetter(factsOf({ headers: empty(32) }))).original.headers).toHaveLength(32);
  expect(parse(shrinkLetter(factsOf({ headers: empty(33) }))).original.headers).toEqual([]);
});

test('what is small stays', () => {
  const facts = factsOf();
  const letter = parse(shrinkLetter(facts));
  const { original, ...rest } = parse(writeLetter(facts));
  const cut = { recordBytes: 3 + 17 + 19, value: null, key: null, headers: null, fields: [] };
  expect(letter).toEqual({ ...rest, shrunk: true, original: { ...original, cut } });
});

test('long texts are cut and named; half an id is no header', () => {
  const long = 'x'.repeat(5_000);
  const { failure } = factsOf();
  const message = shrinkLetter(
    factsOf({
      eventId: long,
      eventType: long,
      correlationId: long,
      traceparent: long,
      redriveCount: long,
      failure: { ...failure, reason: long, pointer: long, schema: long },
    }),
  );
  const letter = parse(message);
  expect(letter.eventId).toBe(`${'x'.repeat(256)}…`);
  expect(letter.error).toBe(`${'x'.repeat(1024)}…`);
  const fields = ['correlationId', 'error', 'eventId', 'eventType', 'pointer', 'schema'];
  expect(letter.original.cut?.fields.toSorted()).toEqual(fields);
  const headers = headersOf(message);
  expect(headers['dead-letter-reason']).toBe(letter.error);
  expect(headers).not.toHaveProperty('correlation-id');
  expect(headers).not.toHaveProperty('traceparent');
  expect(headers).not.toHaveProperty('redrive-count');
});

const tooLarge = {
  stage: 'bytes',
  code: 'RECORD_TOO_LARGE',
  reason: 'Too large.',
  pointer: null,
  schema: null,
} as const;

test('a record that was never held is shrunk from the start', () => {
  const value = { bytes: 12_345_678, sha256: 'ab'.repeat(32) };
  const letter = parse(writeLetter(factsOf({ failure: tooLarge, value })));
  expect(letter).toMatchObject({ shrunk: true, key: 'u-1' });
  expect(letter.original).toMatchObject({
    value: null,
    valueEncoding: null,
    key: 'u-1',
    keyEncoding: 'utf8',
  });
  expect(letter.original.headers).toHaveLength(1);
  const cut = {
    recordBytes: 12_345_678,
    value: { sha256: value.sha256, bytes: null },
    key: null,
    headers: null,
  };
  expect(letter.original.cut).toEqual({ ...cut, fields: [] });
});

test('neither need its key and its headers have been held', () => {
  const value = { bytes: 1, sha256: null, keySha256: 'k', headersSha256: 'h' };
  const message = writeLetter(factsOf({ failure: tooLarge, value, key: null, headers: [] }));
  expect(message.key).toBeNull();
  const cut = { value: null, key: { sha256: 'k', bytes: null }, headers: { sha256: 'h', bytes: null } };
  expect(parse(message).original.cut).toMatchObject(cut);
});

test('a record that is too large but there is shrunk from the start', () => {
  const letter = parse(writeLetter(factsOf({ failure: tooLarge, value: large })));
  expect(letter.original.cut?.value).toEqual(digestOf(large));
});

function repeated(unit: fc.Arbitrary<Buffer>): fc.Arbitrary<Buffer> {
  const times = fc.constantFrom(1, 100, 20_000);
  return fc.tuple(unit, times).map(([bytes, length]) => Buffer.concat(Array.from({ length }, () => bytes)));
}

test('a shrunk letter is small, whatever the record was', () => {
  const bytes = fc.oneof(
    repeated(anyBytes),
    fc.constantFrom(1_024, 1_025, 300_000).map((n) => Buffer.alloc(n, 1)),
  );
  const text = fc.constantFrom('', '\u0001', '\ud83d\ude00', '\ud83d').map((unit) => unit.repeat(9_999));
  const header = fc.record({ name: text, value: fc.option(bytes) });
  const headers = fc.oneof(
    fc.array(header, { maxLength: 3 }),
    fc.constantFrom(33, 20_000).map((length) => Array.from({ length }, () => ({ name: '', value: null }))),
    fc.constant(Array.from({ length: 32 }, () => ({ name: '\u0001'.repeat(60), value: null }))),
  );
  const record = fc.record({
    key: bytes,
    value: bytes,
    headers,
    eventId: text,
    eventType: text,
    correlationId: text,
  });
  fc.assert(
    fc.property(record, text, (facts, reason) => {
      const failure = { ...factsOf().failure, reason, pointer: reason, schema: reason };
      const message = shrinkLetter(factsOf({ ...facts, failure, group: reason }));
      expect(message.key).toBe(facts.key);
      const ofHeaders = message.encodedHeaders.bytes.length;
      expect(message.value.length + ofHeaders).toBeLessThan(65_536);
    }),
    { numRuns: 60 },
  );
});

test('header bytes are those of a record on the wire', () => {
  const headers = [
    { name: 'a', value: Buffer.from('xy') },
    { name: '', value: null },
    { name: 'é', value: Buffer.alloc(0) },
    { name: 'n\udcff', value: Buffer.alloc(64, 7) },
  ];
  const expected = ['0261047879', '0001', '04c3a900', `046eff8001${'07'.repeat(64)}`];
  expect(headerBytes(headers).toString('hex')).toBe(expected.join(''));
});
