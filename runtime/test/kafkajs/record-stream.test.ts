import { array, assert, integer, option, property, record, string, tuple, uint8Array } from 'fast-check';
import { expect, test } from 'vitest';
import type { FetchedRecord } from '../../src/kafkajs/fetched-record.ts';
import { readBatchHeader, type RecordBatch } from '../../src/kafkajs/record-batch.ts';
import { readRecords, type Wanted } from '../../src/kafkajs/read-records.ts';
import { createRecordStream } from '../../src/kafkajs/record-stream.ts';
import { encodeBatch, type WrittenRecord } from './encode-fetch.ts';

const written = record({
  timestampDelta: integer({ min: -1e6, max: 1e6 }),
  key: option(string({ maxLength: 20 })),
  value: option(uint8Array({ maxLength: 1000 }).map((bytes) => Buffer.from(bytes))),
  headers: array(record({ name: string(), value: option(string()) }), { maxLength: 3 }),
});

const factsOf = (records: readonly FetchedRecord[]) =>
  records.map(({ offset, timestamp, key, value, headers, tooLarge }) => {
    return { offset, timestamp, key, value, headers, tooLarge };
  });

/** Feeds the records of a batch in pieces that end at the given points; each is overwritten once it is taken. */
function streamed(
  batch: RecordBatch,
  body: Buffer,
  cuts: readonly number[],
  wanted: Wanted,
  keepBytes = 1e9,
) {
  const records: FetchedRecord[] = [];
  const stream = createRecordStream(batch, wanted, keepBytes, records);
  const ends = [...cuts.map((cut) => cut % (body.length + 1)), body.length].toSorted((a, b) => a - b);
  let start = 0;
  for (const end of ends) {
    const piece = Buffer.from(body.subarray(start, end));
    const goesOn = stream.push(piece);
    piece.fill(0xee);
    if (!goesOn) break;
    start = end;
  }
  return { records, stream };
}

function batchOf(records: readonly WrittenRecord[]): { batch: RecordBatch; body: Buffer } {
  const bytes = encodeBatch({ baseOffset: 40, records });
  const batch = readBatchHeader(bytes, 0, bytes.length) as RecordBatch;
  return { batch, body: bytes.subarray(batch.recordsStart) };
}

/** What the same bytes are when they are held whole. */
function whole(batch: RecordBatch, body: Buffer, wanted: Wanted) {
  const records: FetchedRecord[] = [];
  return { problem: readRecords(body, 0, body.length, batch, wanted, records), records };
}

test('wherever the pieces end, the records are those of the whole, too large ones and skipped ones included', () => {
  const records = array(written, { minLength: 1, maxLength: 12 });
  const cuts = array(integer({ min: 0, max: 1e6 }), { maxLength: 30 });
  const wanted = record({
    fetchOffset: integer({ min: 38, max: 50 }),
    maxRecordBytes: integer({ min: 20, max: 1000 }),
  });
  assert(
    property(records, cuts, wanted, (all, cuts, wanted) => {
      const { batch, body } = batchOf(all);
      const { records, stream } = streamed(batch, body, cuts, wanted);
      expect([stream.problem, stream.isCut]).toEqual([null, false]);
      expect(factsOf(records)).toEqual(factsOf(whole(batch, body, wanted).records));
    }),
    { numRuns: 500 },
  );
});

test('a key or headers above 64 KiB become digests, as in a batch that is held whole', () => {
  const headers = [{ name: 'h', value: Buffer.alloc(70_000, 2) }];
  const large = { key: Buffer.alloc(70_000, 1), value: null, headers };
  const { batch, body } = batchOf([large, { key: null, value: Buffer.alloc(200_000) }, {}]);
  const wanted = { fetchOffset: 0, maxRecordBytes: 1024 };
  const { records } = whole(batch, body, wanted);
  expect(records.map(({ tooLarge }) => tooLarge === null)).toEqual([false, false, true]);
  expect(factsOf(streamed(batch, body, [10, 100_000], wanted).records)).toEqual(factsOf(records));
});

test('it stops after the record with which it keeps enough', () => {
  const { batch, body } = batchOf([{}, {}, {}, {}]);
  const wanted = { fetchOffset: 41, maxRecordBytes: 1024 };
  const { records, stream } = streamed(batch, body, [], wanted, 10);
  expect([records.map(({ offset }) => offset), stream.isCut, stream.problem]).toEqual([[41, 42], true, null]);
});

test('bytes that make no sense, are left over or are missing are a problem; nothing throws', () => {
  const { batch, body } = batchOf([{ value: Buffer.alloc(3000) }, { headers: [{ name: 'a', value: 'b' }] }]);
  const wanted = { fetchOffset: 0, maxRecordBytes: 1024 };
  const problemOf = (bytes: Buffer) => streamed(batch, bytes, [5, 70], wanted).stream.problem;
  expect(problemOf(body)).toBeNull();
  expect(problemOf(body.subarray(0, -1))).toBe('it ends within a record');
  expect(problemOf(Buffer.concat([body, Buffer.from([0])]))).toContain('left behind');
  const change = tuple(integer({ min: 0, max: body.length - 1 }), integer({ min: 0, max: 255 }));
  assert(
    property(array(change, { minLength: 1 }), (changes) => {
      const garbled = Buffer.from(body);
      for (const [at, byte] of changes) garbled[at] = byte;
      expect(problemOf(garbled) !== null).toBe(whole(batch, garbled, wanted).problem !== null);
    }),
    { numRuns: 1000 },
  );
});
