import { randomUUID } from 'node:crypto';
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

const settled = async (consumer: RunningConsumer) =>
  total(await consumer.metrics(), 'consumer_records_settled_total');

/** By partition what is committed, and the log's end, where that is not the same. */
async function notCommitted(topic: string, groupId: string) {
  const [committed] = await admin.fetchOffsets({ groupId, topics: [topic] });
  const ends = await admin.fetchTopicOffsets(topic);
  return ends
    .map(({ partition, high }) => {
      const offset = committed?.partitions.find((found) => found.partition === partition)?.offset;
      return { partition, offset: offset === '-1' ? '0' : offset, high };
    })
    .filter(({ offset, high }) => offset !== high);
}

async function expectCommittedToTheEnd(topic: string, groupId: string): Promise<void> {
  expect(await notCommitted(topic, groupId)).toEqual([]);
}

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

// The dead member keeps its partitions for its session, and each step may take its 40 s.
test('after kill -9 everything is handled, from the last commit on', { timeout: 120_000 }, async () => {
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
  const handled = () =>
    new Set(
      [...killed.lines, ...after.lines].filter(({ msg }) => msg === 'handled').map(({ eventId }) => eventId),
    );
  // No lag would not say so: who loses its place in the group, late with its beats, has no partition and so none.
  await expect.poll(() => handled().size, { timeout: 40_000 }).toBe(records.length);
  // The killed one may have handled all of them: it is this one that commits.
  await expect.poll(() => notCommitted(topic, env.CONSUMER_GROUP_ID), { timeout: 40_000 }).toEqual([]);
  expect(await after.end('SIGTERM')).toBe(0);
  await expectCommittedToTheEnd(topic, env.CONSUMER_GROUP_ID);
});
