import { createHash } from 'node:crypto';
import path from 'node:path';
import kafkajs from 'kafkajs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BrokerNode } from '../../../broker/src/broker-node.ts';
import { startKafka } from '../../../broker/src/start-kafka.ts';
import { runJavaProgram } from '../../../broker/test/java-program.ts';
import {
  decodeFetchResponse,
  type FetchedPartition,
  type FetchResponse,
} from '../../src/kafkajs/decode-fetch.ts';
import { encodeResponse } from './encode-fetch.ts';
import { fetchRaw } from './fetch-raw.ts';
import { originalBatch } from './original.ts';

const MAX_RECORD_BYTES = 10 * 1024 * 1024;
const LARGE_TOPICS = ['large', 'bomb-gzip', 'bomb-snappy', 'bomb-lz4', 'bomb-zstd', 'headers'];
const CODECS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];

// A broker of its own: the log cleaner must not wait, and the bombs are nobody else's business.
let broker: BrokerNode;

beforeAll(async () => {
  broker = await startKafka({
    data: 'temporary',
    properties: { 'log.cleaner.backoff.ms': '200' },
  });
  await createTopics();
  await runJavaProgram(path.join(import.meta.dirname, 'WriteRecords.java'), [broker.bootstrap]);
});

afterAll(() => broker.stop());

async function createTopics(): Promise<void> {
  const settings: Record<string, Record<string, string>> = {
    'append-time': { 'message.timestamp.type': 'LogAppendTime' },
    headers: { 'max.message.bytes': '4000000', 'message.timestamp.after.max.ms': '9223372036854775807' },
    compacted: {
      'cleanup.policy': 'compact',
      'segment.bytes': '1048576',
      'min.cleanable.dirty.ratio': '0.01',
    },
  };
  const names = [...CODECS.map((codec) => `codec-${codec}`), ...LARGE_TOPICS, 'append-time', 'compacted'];
  const topics = [...names, 'transactions', 'open-transaction'].map((topic) => ({
    topic,
    configEntries: Object.entries(
      settings[topic] ?? (LARGE_TOPICS.includes(topic) ? { 'max.message.bytes': '20000000' } : {}),
    ).map(([name, value]) => ({ name, value })),
  }));
  const admin = new kafkajs.Kafka({
    brokers: [broker.bootstrap],
    logLevel: kafkajs.logLevel.NOTHING,
  }).admin();
  await admin.connect();
  await admin.createTopics({ waitForLeaders: true, topics });
  await admin.disconnect();
}

async function rawOf(topic: string, fetchOffset = 0): Promise<Buffer> {
  return await fetchRaw({ address: broker.bootstrap, topic, fetchOffset });
}

async function decode(payload: Buffer, fetchOffset = 0): Promise<FetchedPartition> {
  const wanted = { fetchOffset: () => fetchOffset, maxRecordBytes: MAX_RECORD_BYTES };
  const response: FetchResponse = await decodeFetchResponse(payload, wanted);
  expect(response.fault).toBeNull();
  const [partition] = response.partitions;
  expect(partition?.fault).toBeNull();
  return partition as FetchedPartition;
}

const valuesOf = (partition: FetchedPartition) => partition.records.map((record) => String(record.value));

test.each(CODECS)('records that Java wrote with compression %s arrive as they are', async (codec) => {
  const { records, nextOffset, highWatermark } = await decode(await rawOf(`codec-${codec}`));
  expect(records.map((record) => record.offset)).toEqual(Array.from({ length: 3000 }, (_, index) => index));
  for (const [index, record] of records.entries()) {
    expect(record.keyText).toBe(`key-${index}`);
    expect(String(record.value)).toBe(`value-${index}-${'é'.repeat(index % 100)}`);
    expect(record.headers).toEqual([{ name: 'number', value: Buffer.from(String(index)) }]);
    expect(Math.abs(Date.now() - record.timestamp)).toBeLessThan(600_000);
  }
  expect([nextOffset, highWatermark]).toEqual([3000, 3000]);
});

test.each(CODECS)('a fetch from the middle of a %s batch begins there', async (codec) => {
  const { records, nextOffset } = await decode(await rawOf(`codec-${codec}`, 1500), 1500);
  expect([records[0]?.offset, records[0]?.keyText, records.length]).toEqual([1500, 'key-1500', 1500]);
  expect(nextOffset).toBe(3000);
});

test.each(CODECS)('a cut %s response ends behind its last whole batch', async (codec) => {
  const payload = await fetchRaw({ address: broker.bootstrap, topic: `codec-${codec}`, maxBytes: 20_000 });
  const { records, nextOffset } = await decode(payload);
  expect(nextOffset).toBe(1000 * Math.floor(records.length / 1000));
  expect(records).toHaveLength(nextOffset);
  expect(nextOffset).toBeGreaterThan(0);
});

test.each(CODECS.slice(1))('the neighbours of a bomb in %s arrive, and its digest', async (codec) => {
  const { records, nextOffset, sizeBytes } = await decode(await rawOf(`bomb-${codec}`));
  expect(records.map((record) => [record.offset, record.keyText])).toEqual([
    [0, 'before'],
    [1, 'bomb'],
    [2, 'after'],
  ]);
  const digest = createHash('sha256').update(Buffer.alloc(70_000_000)).digest('hex');
  expect(records.map((record) => record.tooLarge)).toEqual([
    null,
    { bytes: 70_000_004, sha256: digest, keySha256: null, headersSha256: null },
    null,
  ]);
  expect(records.map((record) => record.value)).toEqual([Buffer.from('before'), null, Buffer.from('after')]);
  expect(nextOffset).toBe(3);
  expect(sizeBytes).toBeLessThan(1000);
});

test('headers keep order, repeats, nulls, any name and any bytes; keys and values may be null', async () => {
  const { records } = await decode(await rawOf('headers'));
  const [many, odd, nullKey, empty, tombstone, epoch, future] = records;
  expect(many?.headers).toEqual(
    Array.from({ length: 20_000 }, (_, index) => ({
      name: `name-${index}`,
      value: Buffer.from(String(index)),
    })),
  );
  expect(odd?.headers).toEqual([
    { name: '__proto__', value: Buffer.from('p') },
    { name: 'constructor', value: null },
    { name: 'twice', value: Buffer.from('1') },
    { name: 'twice', value: null },
    { name: 'twice', value: Buffer.from('1') },
    { name: '', value: Buffer.alloc(0) },
    { name: 'bytes', value: Buffer.from([0xff, 0, 0xfe]) },
    { name: 'naïve', value: Buffer.from('é') },
  ]);
  expect([nullKey?.key, String(nullKey?.value)]).toEqual([null, 'null key']);
  expect([empty?.key, empty?.value]).toEqual([Buffer.alloc(0), Buffer.alloc(0)]);
  expect([tombstone?.keyText, tombstone?.value]).toEqual(['tombstone', null]);
  expect([epoch?.timestamp, future?.timestamp]).toEqual([0, 4_102_444_800_000]);
});

test("where the topic says so, a record's time is that of the append", async () => {
  const { records } = await decode(await rawOf('append-time'));
  expect(Math.abs(Date.now() - (records[0]?.timestamp ?? 0))).toBeLessThan(600_000);
});

test('300,000 records in one batch decode; the original throws', async () => {
  const payload = await rawOf('large');
  const { records, nextOffset } = await decode(payload);
  expect([records.length, nextOffset]).toEqual([300_000, 300_000]);
  await expect(originalBatch(payload)).rejects.toThrow(RangeError);
});

test('a batch that compaction emptied is passed; the original is stuck on it', async () => {
  const expected = ['5 c', '6 a', '7 b', '8 d'];
  const firstSegment = async () => {
    const { records } = await decode(await rawOf('compacted'));
    return records.map((record) => `${record.offset} ${record.keyText}`);
  };
  await expect.poll(firstSegment, { timeout: 40_000, interval: 200 }).toEqual(expected);
  // A response that ends behind the emptied batch: what a small fetch size makes of it.
  const payload = await rawOf('compacted');
  const alone = onlyFirstBatch(payload, 'compacted');
  expect(await decode(alone)).toMatchObject({ records: [], nextOffset: 3 });
  const batch = await originalBatch(alone);
  // Taken for the end of the partition: it asks for the same offset again, for ever.
  expect([batch.messages, batch.isEmptyDueToFiltering()]).toEqual([[], false]);
});

// The fields in front of the record set have a fixed length, but for the topic's name.
function onlyFirstBatch(payload: Buffer, topic: string): Buffer {
  const start = 62 + topic.length;
  const recordSet = payload.subarray(start, start + 12 + payload.readInt32BE(start + 8));
  return encodeResponse({ [topic]: [{ recordSet }] });
}

test('of transactions that overlap only the committed ones arrive; the original delivers aborted records', async () => {
  const payload = await rawOf('transactions');
  const partition = await decode(payload);
  expect(valuesOf(partition)).toEqual(['committed 4', 'committed 3', 'committed 1']);
  expect(partition.nextOffset).toBe(partition.lastStableOffset);
  const { messages } = await originalBatch(payload);
  const leaked = messages.filter(({ value }) => String(value).startsWith('aborted'));
  expect(leaked.length).toBeGreaterThan(0);
});

test.each([1, 2, 3, 4, 5, 6, 7, 8, 9])('that also holds for a fetch from offset %i', async (fetchOffset) => {
  const { records, nextOffset, lastStableOffset } = await decode(
    await rawOf('transactions', fetchOffset),
    fetchOffset,
  );
  const values = records.map((record) => String(record.value));
  expect(values.filter((value) => value.startsWith('aborted'))).toEqual([]);
  expect(values.at(-1)).toBe('committed 1');
  expect(nextOffset).toBe(lastStableOffset);
});

test('an open transaction and what lies behind it do not arrive', async () => {
  const partition = await decode(await rawOf('open-transaction'));
  expect(valuesOf(partition)).toEqual(['before']);
  expect(partition).toMatchObject({ nextOffset: 1, lastStableOffset: 1, highWatermark: 3 });
});
