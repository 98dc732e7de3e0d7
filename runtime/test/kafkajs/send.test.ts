import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bootstrap, createTopic, kafkaClient, uniqueTopic, withAdmin } from '../../../broker/test/kafka.ts';
import { createCluster } from '../../src/kafkajs/cluster.ts';
import { KafkaFaultError } from '../../src/kafkajs/errors.ts';
import { createSender } from '../../src/kafkajs/send.ts';
import type { OutgoingMessage, Sender } from '../../src/kafkajs/send.ts';

const cluster = createCluster({
  bootstrap: bootstrap().split(','),
  clientId: 'test',
  log: pino({ level: 'silent' }),
});
let sender: Sender;

beforeAll(async () => {
  await cluster.connect();
  sender = createSender({ cluster });
});
afterAll(async () => {
  await cluster.disconnect();
});

const message = (value: string): OutgoingMessage => ({ key: null, value: Buffer.from(value) });

async function sendTo(topic: string, partition: number, ...messages: OutgoingMessage[]) {
  return await sender.send({ topic, partition, messages, compression: 'none', timeoutMs: 10_000 });
}

async function failureOf(sending: Promise<unknown>): Promise<KafkaFaultError> {
  const error = await sending.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof KafkaFaultError) return error;
  throw new Error('this is no KafkaFaultError', { cause: error });
}

/** All records of a topic, read by kafkajs's own consumer. */
async function readAll(topic: string, count: number) {
  const consumer = kafkaClient().consumer({ groupId: uniqueTopic('reader') });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const records: { partition: number; key: Buffer | null; value: Buffer | null; headers: object }[] = [];
  const { promise: done, resolve } = Promise.withResolvers<void>();
  await consumer.run({
    eachMessage: async ({ partition, message: { key, value, headers } }) => {
      records.push({ partition, key, value, headers: headers ?? {} });
      if (records.length === count) resolve();
    },
  });
  await done;
  await consumer.disconnect();
  return records;
}

test('writes keys, values, nulls, headers and repeated headers as they are, plain and compressed', async () => {
  const topic = await createTopic(uniqueTopic('written'));
  const headers = { a: 'text', b: Buffer.from([0xff, 0]), c: ['1', Buffer.from('2')], ['__proto__']: 'own' };
  const messages = [
    { key: Buffer.from('k'), value: Buffer.from([0xff, 0xfe]), headers, timestamp: 1_700_000_000_000 },
    { key: null, value: null },
    { key: Buffer.alloc(0), value: Buffer.alloc(0) },
  ];
  for (const [compression, baseOffset] of [
    ['none', 0],
    ['gzip', 3],
  ] as const) {
    expect(await sender.send({ topic, partition: 0, messages, compression, timeoutMs: 10_000 })).toEqual({
      baseOffset,
    });
  }
  const records = await readAll(topic, 6);
  for (const half of [records.slice(0, 3), records.slice(3)]) {
    expect(half.map(({ key, value }) => ({ key, value }))).toEqual(
      messages.map(({ key, value }) => ({ key, value })),
    );
    expect(half[0]?.headers).toMatchObject({ a: Buffer.from('text'), b: Buffer.from([0xff, 0]) });
  }
});

test('requests to one partition are written in the order of the calls', async () => {
  const topic = await createTopic(uniqueTopic('ordered'), { partitions: 2 });
  const sends = Array.from({ length: 40 }, (_, index) => sendTo(topic, index % 2, message(String(index))));
  const results = await Promise.all(sends);
  expect(results.map(({ baseOffset }) => baseOffset)).toEqual(
    Array.from({ length: 40 }, (_, index) => Math.floor(index / 2)),
  );
  const records = await readAll(topic, 40);
  for (const partition of [0, 1]) {
    const values = records
      .filter((record) => record.partition === partition)
      .map(({ value }) => Number(value));
    expect(values).toEqual(values.toSorted((a, b) => a - b));
  }
});

test('a record above the topic’s limit is refused', async () => {
  const topic = await createTopic(uniqueTopic('small'), { config: { 'max.message.bytes': '1000' } });
  const error = await failureOf(sendTo(topic, 0, message('x'.repeat(2_000))));
  expect(error).toMatchObject({ fault: { type: 'MESSAGE_TOO_LARGE', retriable: false } });
  expect(await sendTo(topic, 0, message('fits'))).toEqual({ baseOffset: 0 });
});

test('a topic that is missing fails, and works once it is there', async () => {
  const topic = uniqueTopic('absent');
  const expected = { fault: { type: 'UNKNOWN_TOPIC_OR_PARTITION', retriable: true } };
  expect(await failureOf(sendTo(topic, 0, message('x')))).toMatchObject(expected);
  expect(await failureOf(sender.partitionsOf(topic))).toMatchObject(expected);
  await createTopic(topic, { partitions: 2 });
  expect(await sender.partitionsOf(topic)).toBe(2);
  expect(await sendTo(topic, 1, message('x'))).toEqual({ baseOffset: 0 });
});

test('a topic that is deleted poisons no other', async () => {
  const [gone, other] = [await createTopic(uniqueTopic('gone')), await createTopic(uniqueTopic('other'))];
  await sendTo(gone, 0, message('x'));
  await withAdmin(async (admin) => await admin.deleteTopics({ topics: [gone] }));
  await expect
    .poll(async () => (await failureOf(sendTo(gone, 0, message('x')))).fault.type)
    .toBe('UNKNOWN_TOPIC_OR_PARTITION');
  expect(await sendTo(other, 0, message('x'))).toEqual({ baseOffset: 0 });
});

test('messages that kafkajs would write wrongly are refused before anything is sent', async () => {
  const topic = await createTopic(uniqueTopic('refused'));
  await expect(sendTo(topic, 0)).rejects.toThrow(TypeError);
  const nulled = { ...message('x'), headers: { 'a header': null as unknown as string } };
  await expect(sendTo(topic, 0, nulled)).rejects.toThrow('"a header" must be text or bytes');
  for (const timestamp of [0, -1, 999, 1.5e12 + 0.5]) {
    await expect(sendTo(topic, 0, { ...message('x'), timestamp })).rejects.toThrow(RangeError);
  }
  expect(await sendTo(topic, 0, message('x'))).toEqual({ baseOffset: 0 });
});
