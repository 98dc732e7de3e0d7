import {
  array,
  assert,
  asyncProperty,
  boolean,
  constantFrom,
  integer,
  maxSafeInteger,
  nat,
  option,
  property,
  record,
  string,
  tuple,
  uint8Array,
} from 'fast-check';
import { expect, test } from 'vitest';
import { decodeFetchResponse, type FetchResponse } from '../../src/kafkajs/decode-fetch.ts';
import { compressions } from './compress.ts';
import { encodeBatch, encodeResponse, withChecksum, type WrittenRecord } from './encode-fetch.ts';

const bytes = (maxLength: number) => uint8Array({ maxLength }).map((array) => Buffer.from(array));
const header = record({ name: string({ unit: 'binary', maxLength: 10 }), value: option(bytes(20)) });
const written = record({
  timestampDelta: integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  gap: nat(3),
  key: option(bytes(40)),
  value: option(bytes(400)),
  headers: array(header, { maxLength: 5 }),
});
const compression = constantFrom({}, ...Object.values(compressions));

/** Offsets with gaps, as compaction leaves them. */
function withOffsets(records: readonly (WrittenRecord & { gap: number })[]): WrittenRecord[] {
  let offsetDelta = -1;
  return records.map((record) => {
    offsetDelta += 1 + record.gap;
    return { ...record, offsetDelta };
  });
}

const decode = (payload: Buffer, fetchOffset = 0): FetchResponse | Promise<FetchResponse> =>
  decodeFetchResponse(payload, { fetchOffset: () => fetchOffset, maxRecordBytes: 1e6 });

test('what was encoded is decoded, whatever the codec, gaps, nulls, times and offsets', () => {
  const batches = array(tuple(compression, array(written, { maxLength: 8 })), { maxLength: 5 });
  assert(
    property(batches, nat(2 ** 31 - 1), maxSafeInteger(), (batches, firstOffsetHigh, time) => {
      const firstOffset = firstOffsetHigh * 2 ** 20 + 7;
      const baseTimestamp = Math.trunc(time / 4);
      const expected: unknown[] = [];
      let baseOffset = firstOffset;
      const sets = batches.map(([codec, gapped]) => {
        const records = withOffsets(gapped);
        const lastOffsetDelta = records.at(-1)?.offsetDelta ?? 7;
        for (const { offsetDelta = 0, timestampDelta = 0, key, value, headers } of records) {
          const timestamp = baseTimestamp + timestampDelta;
          expected.push({ offset: baseOffset + offsetDelta, timestamp, key, value, headers });
        }
        const set = encodeBatch({ baseOffset, baseTimestamp, lastOffsetDelta, records, ...codec });
        baseOffset += lastOffsetDelta + 1;
        return set;
      });
      const payload = encodeResponse({ t: [{ recordSet: Buffer.concat(sets) }] });
      const [partition] = (decode(payload, firstOffset) as FetchResponse).partitions;
      const read = partition?.records.map(({ offset, timestamp, key, value, headers }) => {
        return { offset, timestamp, key, value, headers };
      });
      expect(partition?.fault).toBeNull();
      expect(read).toEqual(expected);
      expect(partition?.nextOffset).toBe(baseOffset);
    }),
    { numRuns: 300 },
  );
});

const plainName = constantFrom('a', 'b', 'ab', 'correlation-id');
const plainHeader = record({
  name: plainName,
  value: option(bytes(3).map((value) => value.map((byte) => byte % 160))),
});

test('the ASCII text of the first header of a name is found, and nothing else', () => {
  assert(
    property(array(plainHeader, { maxLength: 4 }), plainName, (plain, name) => {
      const headers = plain.map(({ name, value }) => ({ name, value: value && Buffer.from(value) }));
      const set = encodeBatch({ records: [{ headers }] });
      const [partition] = (decode(encodeResponse({ t: [{ recordSet: set }] })) as FetchResponse).partitions;
      const value = headers.find((header) => header.name === name)?.value ?? Buffer.alloc(0);
      const isText = value.length > 0 && value.every((byte) => byte < 0x80);
      expect(partition?.records[0]?.asciiHeader(name)).toBe(isText ? value.toString() : null);
    }),
    { numRuns: 300 },
  );
});

interface Damage {
  readonly changes: readonly (readonly [number, number])[];
  readonly cut: number | null;
  /** The checksum is made right afterwards, so that the garbage gets past it. */
  readonly isChecked: boolean;
}

const damage = record({ changes: array(tuple(nat(), nat(255))), cut: option(nat()), isChecked: boolean() });

function damaged(sets: readonly Buffer[], { changes, cut, isChecked }: Damage): Buffer {
  const garbled = sets.map((set) => {
    if (!isChecked) return set;
    for (const [at, byte] of changes) set[21 + (at % (set.length - 21))] = byte;
    return withChecksum(set);
  });
  const t = [{ recordSet: Buffer.concat(garbled) }];
  const payload = encodeResponse({ t, u: [{ recordSet: garbled[0] ?? null }] });
  if (!isChecked) for (const [at, byte] of changes) payload[at % payload.length] = byte;
  return cut === null ? payload : payload.subarray(0, cut % (payload.length + 1));
}

test('garbled or cut, it neither throws nor hangs, nor gives what lies beyond the response', async () => {
  const batches = array(tuple(compression, array(written, { maxLength: 6 })), { maxLength: 3 });
  await assert(
    asyncProperty(batches, damage, async (batches, damage) => {
      const sets = batches.map(([codec, gapped], index) => {
        const records = withOffsets(gapped);
        return encodeBatch({ baseOffset: index * 100, records, lastOffsetDelta: 99, ...codec });
      });
      for (const { records, nextOffset } of (await decode(damaged(sets, damage))).partitions) {
        for (const record of records) {
          expect(record.offset).toBeLessThan(nextOffset);
          expect(record.headers).toHaveLength(record.headerCount);
          expect(record.headersEnd).toBeLessThanOrEqual(record.buffer.length);
          record.detach();
        }
      }
    }),
    { numRuns: 2000 },
  );
});

test('random bytes are no response', async () => {
  await assert(
    asyncProperty(bytes(500), async (payload) => {
      const { partitions } = await decode(payload);
      expect(partitions.flatMap(({ records }) => records)).toEqual([]);
    }),
    { numRuns: 2000 },
  );
});
