import { randomUUID } from 'node:crypto';
import { rebuildOriginal } from '@event-pipeline/schemas/read-letter.ts';
import kafkajs from 'kafkajs';
import { afterAll, expect, test } from 'vitest';
import { bootstrap, createTopic, uniqueTopic } from '../../broker/test/kafka.ts';
import { startConsumer, total, until, type RunningConsumer } from './consumer-process.ts';

const kafka = new kafkajs.Kafka({ brokers: [bootstrap()], logLevel: kafkajs.logLevel.NOTHING });
const admin = kafka.admin();
const producer = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
await Promise.all([admin.connect(), producer.connect()]);
afterAll(async () => await Promise.all([admin.disconnect(), producer.disconnect()]));

interface Written {
  key: Buffer | null;
  value: Buffer | null;
  headers?: Record<string, Buffer>;
}

const event = (fileId: string, fields: object = {}): Buffer =>
  Buffer.from(
    JSON.stringify({
      eventId: randomUUID(),
      eventType: 'file-added',
      eventVersion: '1.0',
      eventTime: '2026-01-01T00:00:00Z',
      payload: { fileId, userId: 'u', addedAt: '2026-01-01T00:00:00Z' },
      ...fields,
    }),
  );

const poison: Written[] = [
  { key: null, value: Buffer.from('{') },
  { key: Buffer.from([0xff]), value: Buffer.from([0x22, 0xff, 0x22]) },
  { key: Buffer.from('k'), value: null },
  { key: Buffer.from(''), value: Buffer.from('\ufeff{}') },
  { key: Buffer.from('k'), value: event('f', { eventType: 'constructor' }) },
  { key: Buffer.from('k'), value: event('f', { eventVersion: '9' }) },
  {
    key: Buffer.from('k'),
    value: event('f', { payload: { fileId: 1 } }),
    headers: { __proto__x: Buffer.from([1, 255]) },
  },
];

async function topics() {
  const topic = uniqueTopic('ledger');
  const dlq = uniqueTopic('ledger-dlq');
  await createTopic(topic, { partitions: 3 });
  const env = {
    KAFKA_BOOTSTRAP_SERVERS: bootstrap(),
    KAFKA_TOPICS: topic,
    DLQ_TOPIC: dlq,
    CONSUMER_GROUP_ID: uniqueTopic('group'),
    SESSION_TIMEOUT_SEC: '6',
  };
  return { topic, dlq, env };
}

async function write(topic: string, records: readonly Written[]): Promise<void> {
  for (let from = 0; from < records.length; from += 500) {
    await producer.send({ topic, messages: records.slice(from, from + 500), acks: -1 });
  }
}

async function lettersOf(dlq: string, count: number) {
  const reader = kafka.consumer({ groupId: uniqueTopic('reader') });
  const values: Buffer[] = [];
  await reader.connect();
  await reader.subscribe({ topic: dlq, fromBeginning: true });
  await reader.run({ eachMessage: async ({ message }) => void values.push(message.value as Buffer) });
  await until(() => values.length >= count);
  await reader.disconnect();
  return values;
}

const settled = async (consumer: RunningConsumer) =>
  total(await consumer.metrics(), 'consumer_records_settled_total');

async function expectCommittedToTheEnd(topic: string, groupId: string): Promise<void> {
  const [committed] = await admin.fetchOffsets({ groupId, topics: [topic] });
  const ends = await admin.fetchTopicOffsets(topic);
  for (const { partition, high } of ends) {
    const offset = committed?.partitions.find((found) => found.partition === partition)?.offset;
    expect(offset === '-1' ? '0' : offset).toBe(high);
  }
}

test('handled and dead letters are exactly what was written, and all of it is committed', async () => {
  const { topic, dlq, env } = await topics();
  const valid = Array.from({ length: 1_500 }, (_, n) => ({
    key: Buffer.from(`f${n % 40}`),
    value: event(`f${n}`),
  }));
  await write(topic, [...valid.slice(0, 700), ...poison, ...valid.slice(700)]);

  const consumer = await startConsumer(env);
  await until(async () => (await settled(consumer)) === valid.length + poison.length);
  await until(async () => (await consumer.health('/readyz')) === 200);
  const metrics = await consumer.metrics();
  const letters = await lettersOf(dlq, poison.length);
  expect(await consumer.end('SIGTERM')).toBe(0);

  expect(total(metrics, 'consumer_events_handled_total')).toBe(valid.length);
  expect(total(metrics, 'consumer_dead_letters_total')).toBe(poison.length);
  expect(total(metrics, 'consumer_records_received_total')).toBe(valid.length + poison.length);
  const handled = consumer.lines.filter(({ msg }) => msg === 'handled');
  expect(handled).toHaveLength(valid.length);
  expect(new Set(handled.map(({ eventId }) => eventId)).size).toBe(valid.length);
  const rebuilt = letters.map((value) => rebuildOriginal(value));
  for (const { key, value } of poison)
    expect(rebuilt).toContainEqual(expect.objectContaining({ key, value }));
  await expectCommittedToTheEnd(topic, env.CONSUMER_GROUP_ID);
});

test('a restart after SIGTERM loses and repeats nothing', async () => {
  const { topic, env } = await topics();
  const first = Array.from({ length: 400 }, (_, n) => ({ key: Buffer.from(`f${n}`), value: event(`a${n}`) }));
  await write(topic, first);
  const before = await startConsumer(env);
  await until(async () => (await settled(before)) === first.length);
  expect(await before.end('SIGTERM')).toBe(0);
  await write(topic, first);
  const after = await startConsumer(env);
  await until(async () => (await settled(after)) === first.length);
  expect(await after.end('SIGTERM')).toBe(0);
  await expectCommittedToTheEnd(topic, env.CONSUMER_GROUP_ID);
});

test('after kill -9 everything is handled, from the last commit on', async () => {
  const { topic, env } = await topics();
  const records = Array.from({ length: 600 }, (_, n) => ({
    key: Buffer.from(`f${n}`),
    value: event(`a${n}`),
  }));
  await write(topic, records);
  const killed = await startConsumer(env);
  await until(async () => (await settled(killed)) > 0);
  await killed.end('SIGKILL');
  const after = await startConsumer(env);
  await until(
    async () =>
      total(await after.metrics(), 'kafka_consumer_lag') === 0 && (await after.health('/readyz')) === 200,
  );
  expect(await after.end('SIGTERM')).toBe(0);
  const handled = new Set(
    [...killed.lines, ...after.lines].filter(({ msg }) => msg === 'handled').map(({ eventId }) => eventId),
  );
  expect(handled.size).toBe(records.length);
  await expectCommittedToTheEnd(topic, env.CONSUMER_GROUP_ID);
});
