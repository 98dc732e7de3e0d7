import { FetchedRecord } from '@event-pipeline/runtime/kafkajs/fetched-record.ts';
import { writeLetter } from '@event-pipeline/schemas/dead-letter.ts';
import { headerBytes } from '@event-pipeline/schemas/header-bytes.ts';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyRecord, factsOf, headersOf } from '../../schemas/test/letters.ts';

type AnyRecord = typeof anyRecord extends fc.Arbitrary<infer T> ? T : never;

/** The record as it lies in an answer: between other bytes. */
function recordInPlace({ key, value, headers, timestampMs }: AnyRecord): FetchedRecord {
  const before = Buffer.from('"before"');
  const wire = headerBytes(headers);
  const keyEnd = before.length + (key?.length ?? 0);
  const valueEnd = keyEnd + (value?.length ?? 0);
  return new FetchedRecord(
    42,
    timestampMs,
    Buffer.concat([before, key ?? Buffer.alloc(0), value ?? Buffer.alloc(0), wire, before]),
    key === null ? -1 : before.length,
    key === null ? -1 : keyEnd,
    value === null ? -1 : keyEnd,
    value === null ? -1 : valueEnd,
    valueEnd,
    valueEnd + wire.length,
    headers.length,
    null,
  );
}

function written(facts: Parameters<typeof factsOf>[0]) {
  const message = writeLetter(factsOf(facts));
  return { value: String(message.value), key: message.key, headers: headersOf(message) };
}

test('a letter of a record that is read where it lies is the letter of its parts', () => {
  fc.assert(
    fc.property(anyRecord, (record) => {
      expect(written({ ...record, inPlace: recordInPlace(record) })).toEqual(written(record));
    }),
    { numRuns: 1_000 },
  );
});
