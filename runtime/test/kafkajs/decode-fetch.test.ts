import { expect, test } from 'vitest';
import { decodeFetchResponse, type FetchResponse } from '../../src/kafkajs/decode-fetch.ts';
import { decoded } from './decoded.ts';
import {
  BITS,
  encodeBatch,
  encodeBatchAround,
  encodeRecord,
  encodeResponse,
  gzipped,
  marker,
  withChecksum,
  type WrittenBatch,
} from './encode-fetch.ts';
import { originalBatch } from './original.ts';

const batches = (...written: WrittenBatch[]): Buffer => Buffer.concat(written.map(encodeBatch));
const one = (value = 'v') => [{ value }];
const offsetsOf = ({ records }: { records: readonly { offset: number }[] }) =>
  records.map(({ offset }) => offset);
const originalOffsets = async (payload: Buffer, fetchOffset = 0) => {
  const { messages } = await originalBatch(payload, fetchOffset);
  return messages.map(({ offset }) => Number(offset));
};

test('every field of the response', () => {
  const payload = encodeResponse(
    {
      'topic-1': [
        { partition: 3, highWatermark: 2 ** 40, lastStableOffset: 2 ** 40 - 1, logStartOffset: 5 },
        {
          partition: 4,
          errorCode: 6,
          highWatermark: -1,
          preferredReadReplica: 2,
          aborted: null,
          recordSet: null,
        },
      ],
      'topic-2': [{ partition: 0, recordSet: encodeBatch({ records: one() }) }],
    },
    { throttleTimeMs: 17, errorCode: 71 },
  );
  const response = decodeFetchResponse(payload, {
    fetchOffset: (topic, partition) => (topic === 'topic-1' ? partition * 100 : 0),
    maxRecordBytes: 1024,
  }) as FetchResponse;
  expect(response).toMatchObject({ throttleTimeMs: 17, errorCode: 71, fault: null });
  expect(response.partitions).toMatchObject([
    {
      topic: 'topic-1',
      partition: 3,
      errorCode: 0,
      highWatermark: 2 ** 40,
      lastStableOffset: 2 ** 40 - 1,
      logStartOffset: 5,
      preferredReadReplica: -1,
      records: [],
      nextOffset: 300,
      sizeBytes: 0,
      fault: null,
    },
    {
      topic: 'topic-1',
      partition: 4,
      errorCode: 6,
      highWatermark: -1,
      preferredReadReplica: 2,
      nextOffset: 400,
    },
    { topic: 'topic-2', partition: 0, records: [{ offset: 0 }], nextOffset: 1 },
  ]);
});

test('offsets and times beyond 32 bits, and times of append or none', () => {
  const recordSet = batches(
    {
      baseOffset: 2 ** 45,
      baseTimestamp: 1_800_000_000_123,
      records: [{ timestampDelta: -5 }, { timestampDelta: 2 ** 33 }],
    },
    { baseOffset: 2 ** 45 + 2, baseTimestamp: -1, records: one() },
    {
      baseOffset: 2 ** 45 + 3,
      attributes: BITS.logAppendTime,
      baseTimestamp: 1,
      maxTimestamp: 77,
      records: one(),
    },
  );
  const { records, nextOffset } = decoded(recordSet, { fetchOffset: 2 ** 45 });
  expect(records.map(({ offset, timestamp }) => [offset - 2 ** 45, timestamp])).toEqual([
    [0, 1_800_000_000_118],
    [1, 1_800_000_000_123 + 2 ** 33],
    [2, -1],
    [3, 77],
  ]);
  expect(nextOffset).toBe(2 ** 45 + 4);
});

test('records below the fetch offset are skipped, plain or compressed', () => {
  const records = [{}, {}, {}, {}];
  for (const compression of [{}, gzipped]) {
    const { records: read, nextOffset } = decoded(batches({ baseOffset: 10, ...compression, records }), {
      fetchOffset: 12,
    });
    expect([read.map(({ offset }) => offset), nextOffset]).toEqual([[12, 13], 14]);
  }
});

test('a batch that is cut at the end is left to the next fetch', () => {
  const whole = batches({ records: one() }, { baseOffset: 1, records: one('second') });
  const first = batches({ records: one() }).length;
  for (let length = first; length < whole.length; length++) {
    const partition = decoded(whole.subarray(0, length));
    expect([offsetsOf(partition), partition.nextOffset, partition.fault]).toEqual([[0], 1, null]);
  }
});

// Aborted records.
const tx = (producerId: number, baseOffset: number): WrittenBatch => {
  return { producerId, baseOffset, attributes: BITS.transactional, records: one(`tx ${producerId}`) };
};
const end = (producerId: number, baseOffset: number, type: 'abort' | 'commit'): WrittenBatch => {
  return { producerId, baseOffset, attributes: BITS.transactional | BITS.control, records: [marker(type)] };
};

test('aborted transactions that began before the fetch offset; the original delivers some', async () => {
  const aborted = [1, 2, 3].map((producerId) => ({ producerId, firstOffset: producerId * 10 }));
  const recordSet = batches(
    tx(3, 50),
    tx(2, 51),
    tx(1, 52),
    tx(3, 53),
    ...[1, 2, 3].map((id) => end(id, 53 + id, 'abort')),
  );
  expect(decoded(recordSet, { aborted, fetchOffset: 50 })).toMatchObject({ records: [], nextOffset: 57 });
  expect(await originalOffsets(encodeResponse({ t: [{ aborted, recordSet }] }), 50)).not.toEqual([]);
});

test('aborted transactions in any order of the list; the original delivers some', async () => {
  const aborted = [
    { producerId: 2, firstOffset: 11 },
    { producerId: 1, firstOffset: 10 },
  ];
  const recordSet = batches(
    tx(1, 10),
    tx(2, 11),
    end(2, 12, 'abort'),
    tx(1, 13),
    end(1, 14, 'abort'),
    tx(1, 15),
    end(1, 16, 'commit'),
  );
  expect(offsetsOf(decoded(recordSet, { aborted, fetchOffset: 10 }))).toEqual([15]);
  expect(await originalOffsets(encodeResponse({ t: [{ aborted, recordSet }] }), 10)).not.toEqual([15]);
});

test('a key like an abort marker ends no transaction; in the original it does', async () => {
  const aborted = [{ producerId: 1, firstOffset: 10 }];
  const trap = { ...tx(1, 11), records: [{ key: Buffer.alloc(4) }] };
  const recordSet = batches(tx(1, 10), trap, tx(1, 12), end(1, 13, 'abort'));
  expect(offsetsOf(decoded(recordSet, { aborted, fetchOffset: 10 }))).toEqual([]);
  expect(await originalOffsets(encodeResponse({ t: [{ aborted, recordSet }] }), 10)).toEqual([11, 12]);
});

test('what is not in the aborted transaction stays: others, earlier ones, records without a transaction', () => {
  const aborted = [{ producerId: 1, firstOffset: 13 }];
  const recordSet = batches(
    tx(1, 10),
    end(1, 11, 'commit'),
    tx(2, 12),
    tx(1, 13),
    { baseOffset: 14, producerId: 1, records: one() },
    tx(2, 15),
    end(2, 16, 'commit'),
    end(1, 17, 'abort'),
    tx(1, 18),
    end(1, 19, 'commit'),
  );
  expect(offsetsOf(decoded(recordSet, { aborted, fetchOffset: 10 }))).toEqual([10, 12, 14, 15, 18]);
});

test('a marker that compaction took away ends nothing, and is no fault', () => {
  const aborted = [{ producerId: 1, firstOffset: 10 }];
  const emptied = { ...end(1, 11, 'abort'), records: [], lastOffsetDelta: 0 };
  const { records, nextOffset, fault } = decoded(batches(tx(1, 10), emptied), { aborted, fetchOffset: 10 });
  expect([records, nextOffset, fault]).toEqual([[], 12, null]);
});

// Batches without records for us.
test('a batch emptied by compaction is passed; the original stays in front of it', async () => {
  const recordSet = batches({ baseOffset: 100, lastOffsetDelta: 49, records: [] });
  expect(decoded(recordSet, { fetchOffset: 100 })).toMatchObject({
    records: [],
    nextOffset: 150,
    fault: null,
  });
  const batch = await originalBatch(encodeResponse({ t: [{ recordSet }] }), 100);
  expect([batch.isEmpty(), batch.isEmptyDueToFiltering()]).toEqual([true, false]);
});

test('a compacted tail is passed at once; the original takes it for one offset', async () => {
  const recordSet = batches({ baseOffset: 100, lastOffsetDelta: 49, records: [{}, { offsetDelta: 19 }] });
  expect(decoded(recordSet, { fetchOffset: 130 })).toMatchObject({ records: [], nextOffset: 150 });
  const batch = await originalBatch(encodeResponse({ t: [{ recordSet }] }), 130);
  expect(batch.lastOffset()).toBe('130');
});

test('control batches alone move the next offset; the original names the offset before', async () => {
  const recordSet = batches({ ...end(1, 7, 'commit'), lastOffsetDelta: 2 });
  expect(decoded(recordSet, { fetchOffset: 7 })).toMatchObject({ records: [], nextOffset: 10 });
  const batch = await originalBatch(encodeResponse({ t: [{ recordSet }] }), 7);
  expect(batch.lastOffset()).toBe('7');
});

// Batches of any size and codec, headers of any name.
test('300,000 records in one batch; the original throws', async () => {
  const plain = Buffer.concat(
    Array.from({ length: 300_000 }, (_, index) => encodeRecord({ value: 'x' }, index)),
  );
  const recordSet = encodeBatchAround({ ...gzipped }, 300_000, plain);
  expect(decoded(recordSet)).toMatchObject({ nextOffset: 300_000, records: { length: 300_000 } });
  await expect(originalBatch(encodeResponse({ t: [{ recordSet }] }))).rejects.toThrow(RangeError);
});

test('an unknown codec is a fault; the original takes the bytes for records', async () => {
  const recordSet = batches({ records: one() }, { baseOffset: 1, attributes: 7, records: one() });
  const { records, nextOffset, fault } = decoded(recordSet);
  expect([records.length, nextOffset]).toEqual([1, 1]);
  expect(fault).toEqual({ kind: 'UNKNOWN_CODEC', offset: 1, message: 'compression codec 7 is not known' });
  expect(await originalOffsets(encodeResponse({ t: [{ recordSet }] }))).toEqual([0, 1]);
});

test('header names of Object.prototype, repeats and order; the original makes them up or loses them', async () => {
  const headers = ['constructor', 'a', '__proto__', 'b', 'a'].map((name) => ({ name, value: name }));
  const recordSet = batches({ records: [{ headers: [...headers, { name: 'b', value: null }] }] });
  const read = decoded(recordSet).records[0]?.headers.map(({ name, value }) => [
    name,
    value && String(value),
  ]);
  expect(read).toEqual([...headers.map(({ name, value }) => [name, value]), ['b', null]]);
  const { messages } = await originalBatch(encodeResponse({ t: [{ recordSet }] }));
  expect(messages[0]?.headers['constructor']).toEqual([expect.any(Function), Buffer.from('constructor')]);
});

// What makes no sense.
const broken = (change: (batch: Buffer) => void) => {
  const batch = Buffer.from(encodeBatch({ baseOffset: 1, records: [{}, { value: 'longer' }] }));
  change(batch);
  return batch;
};

test.each<[string, (batch: Buffer) => void]>([
  ['a length of a batch', (batch) => batch.writeInt32BE(4, 8)],
  ['a negative length of a batch', (batch) => batch.writeInt32BE(-1, 8)],
  ['a format to come', (batch) => batch.writeInt8(3, 16)],
  ['a checksum', (batch) => batch.writeInt32BE(1, 17)],
  ['one bit of a value', (batch) => batch.writeInt8((batch.at(-2) as number) ^ 1, batch.length - 2)],
])('a fault in %s stops the partition in front of that batch', (_, change) => {
  const { records, nextOffset, fault } = decoded(
    Buffer.concat([batches({ records: one() }), broken(change)]),
  );
  expect(records).toHaveLength(1);
  expect([nextOffset, fault?.kind, fault?.offset]).toEqual([1, 'CORRUPT', 1]);
});

test.each<[string, (batch: Buffer) => void]>([
  ['a last offset below the first', (batch) => batch.writeInt32BE(-1, 23)],
  ['a last offset below the last record', (batch) => batch.writeInt32BE(0, 23)],
  ['a negative number of records', (batch) => batch.writeInt32BE(-1, 57)],
  ['too many records', (batch) => batch.writeInt32BE(2 ** 31 - 1, 57)],
  ['too few records', (batch) => batch.writeInt32BE(1, 57)],
  ['a length of a record', (batch) => batch.writeUInt8(0x7e, 61)],
  ['a negative length of a record', (batch) => batch.writeUInt8(1, 61)],
  ['an offset that repeats', (batch) => batch.writeUInt8(0, 61 + 9 + 3)],
  ['a length of a key', (batch) => batch.writeUInt8(0x7e, 61 + 4)],
  ['a number of headers', (batch) => batch.writeUInt8(2, batch.length - 1)],
  ['a negative number of headers', (batch) => batch.writeUInt8(1, batch.length - 1)],
])('so does, with a right checksum, %s', (_, change) => {
  const wrong = withChecksum(broken(change));
  const { records, nextOffset, fault } = decoded(Buffer.concat([batches({ records: one() }), wrong]));
  expect([records.length, nextOffset, fault?.kind, fault?.offset]).toEqual([1, 1, 'CORRUPT', 1]);
});

test('message sets from before 0.11 are a fault', () => {
  const { fault, nextOffset } = decoded(broken((batch) => batch.writeInt8(1, 16)));
  expect([fault?.kind, nextOffset]).toEqual(['OLD_FORMAT', 0]);
});

test('the other partitions are not touched by the fault of one', () => {
  const wrong = { partition: 1, recordSet: broken((batch) => batch.writeInt8(7, 16)) };
  const right = { partition: 2, recordSet: batches({ records: one() }) };
  const payload = encodeResponse({ t: [wrong, right] });
  const { partitions } = decodeFetchResponse(payload, {
    fetchOffset: () => 0,
    maxRecordBytes: 1e7,
  }) as FetchResponse;
  expect(partitions.map(({ fault, records }) => [fault?.kind, records.length])).toEqual([
    ['CORRUPT', 0],
    [undefined, 1],
  ]);
});

test('a response that ends within a field keeps the partitions in front', () => {
  const recordSet = batches({ records: one() });
  const payload = encodeResponse({ t: [{ recordSet }, { recordSet }] });
  const cut = decodeFetchResponse(payload.subarray(0, -5), {
    fetchOffset: () => 0,
    maxRecordBytes: 1e7,
  }) as FetchResponse;
  expect(cut.partitions).toHaveLength(1);
  expect(cut.fault).toContain('ends within a field');
});
