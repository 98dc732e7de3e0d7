import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '@event-pipeline/broker/free-port.ts';
import { createCluster } from '@event-pipeline/runtime/kafkajs/cluster.ts';
import { partitionForKey } from '@event-pipeline/runtime/kafkajs/murmur2.ts';
import { describeTopicConfig } from '@event-pipeline/runtime/topics.ts';
import kafkajs from 'kafkajs';
import pino from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { ownKafka } from '../../broker/test/own-kafka.ts';
import { producing, sentLines, type Line, type Producing } from './producing.ts';
import { readTopics, type ReadRecord } from './read-topics.ts';

async function readyz(producer: Producing): Promise<Response> {
  const { port } = await producer.line('producer started');
  return await fetch(`http://localhost:${port}/readyz`);
}

async function ready(producer: Producing): Promise<number> {
  return (await readyz(producer)).status;
}

/**
 * Waits until the producer is not ready, looking again every 50 ms; the test's own time-out bounds it. Its line about
 * waiting for Kafka is not enough: topics that were only just created can cause one too, long before the outage.
 */
async function notReady(producer: Producing): Promise<void> {
  while ((await ready(producer)) !== 503) await pause(50);
}

/** Per partition, the order of first appearance. */
function orders(list: readonly (Line | ReadRecord)[]): Map<string, Set<unknown>> {
  const order = new Map<string, Set<unknown>>();
  for (const { topic, partition, correlationId } of list) {
    const lane = `${topic}/${partition}`;
    order.set(lane, (order.get(lane) ?? new Set()).add(correlationId));
  }
  return order;
}

test('Kafka comes late and is killed in the middle: every event arrives, in order, and none is counted before', async () => {
  const kafka = await ownKafka();
  const producer = producing({
    KAFKA_BOOTSTRAP_SERVERS: kafka.bootstrap,
    EVENT_COUNT: '3000',
    EVENTS_PER_SEC: '1000',
  });
  await producer.line('waiting for the topics');
  expect(await ready(producer)).toBe(503);
  expect(sentLines(producer)).toEqual([]);

  const first = await kafka.start();
  await producer.sent(300);
  first.kill('SIGKILL');
  await notReady(producer);
  await producer.line('waiting for Kafka at');
  expect(sentLines(producer).length).toBeLessThan(3_000);
  await first.ended;

  await kafka.start();
  expect(await producer.ended).toEqual({ code: 0, stderr: '' });
  await producer.line('Kafka takes events again');
  const sent = sentLines(producer);
  expect(new Set(sent.map(({ correlationId }) => correlationId)).size).toBe(3_000);
  expect(sent).toHaveLength(3_000);
  const read = orders(await readTopics(kafka.bootstrap));
  for (const [lane, order] of orders(sent)) expect([...(read.get(lane) ?? [])]).toEqual([...order]);
});

test('missing topics are created, and it is said: six partitions for events, a dead letter topic that keeps all', async () => {
  const kafka = await ownKafka();
  await kafka.start();
  const producer = producing({ KAFKA_BOOTSTRAP_SERVERS: kafka.bootstrap, EVENT_COUNT: '1' });
  expect(await producer.ended).toMatchObject({ code: 0 });
  const created = producer.lines.filter(({ msg }) => msg.startsWith('topic was missing'));
  expect(new Set(created.map(({ level, topic }) => `${level} ${topic}`))).toEqual(
    new Set(['warn kafka-topics1', 'warn kafka-topics2', 'warn DLQ']),
  );

  const log = pino({ level: 'silent' });
  const cluster = createCluster({ bootstrap: [kafka.bootstrap], clientId: 'test', log });
  onTestFinished(() => cluster.disconnect());
  await cluster.connect();
  await cluster.addTargetTopics(['kafka-topics1', 'kafka-topics2', 'DLQ']);
  expect(cluster.topicPartitions('kafka-topics1')).toHaveLength(6);
  expect(cluster.topicPartitions('kafka-topics2')).toHaveLength(6);
  expect(cluster.topicPartitions('DLQ')).toHaveLength(1);
  expect(await describeTopicConfig(cluster, 'DLQ', ['retention.ms', 'max.message.bytes'])).toEqual(
    new Map([
      ['retention.ms', '-1'],
      ['max.message.bytes', '16777216'],
    ]),
  );
});

test('asked to stop in an outage with events unacknowledged: not ready while it tries, says how many, exit 1', async () => {
  const kafka = await ownKafka();
  const broker = await kafka.start();
  const producer = producing({ KAFKA_BOOTSTRAP_SERVERS: kafka.bootstrap, EVENTS_PER_SEC: '100' });
  await producer.sent(1);
  broker.kill('SIGKILL');
  await notReady(producer);
  producer.kill('SIGINT');
  await producer.line('stopping');
  expect(await (await readyz(producer)).json()).toMatchObject({ reason: 'stopping' });
  expect(await producer.ended).toMatchObject({ code: 1 });
  expect(producer.lines.at(-1)).toMatchObject({ level: 'error', unacknowledged: expect.any(Number) });
});

test('asked to stop while it waits for a Kafka that refuses connections: exit 0', async () => {
  const producer = producing({ KAFKA_BOOTSTRAP_SERVERS: `localhost:${await freePort()}` });
  await producer.line('waiting for the topics');
  producer.kill('SIGTERM');
  expect(await producer.ended).toEqual({ code: 0, stderr: '' });
});

test('asked to stop while it waits for a Kafka that says nothing: exit 0', async () => {
  const silent = createServer().listen(0, 'localhost');
  onTestFinished(() => void silent.close());
  await once(silent, 'listening');
  const connected = once(silent, 'connection');
  const { port } = silent.address() as AddressInfo;
  const producer = producing({ KAFKA_BOOTSTRAP_SERVERS: `localhost:${port}` });
  await connected;
  producer.kill('SIGTERM');
  expect(await producer.ended).toEqual({ code: 0, stderr: '' });
});

test('a topic that comes back with fewer partitions takes what waited, each key where it belongs now, in order', async () => {
  const kafka = await ownKafka();
  await kafka.start();
  const client = new kafkajs.Kafka({ brokers: [kafka.bootstrap], logLevel: kafkajs.logLevel.NOTHING });
  const admin = client.admin();
  await admin.connect();
  onTestFinished(() => admin.disconnect());
  const topics = ['kafka-topics1', 'kafka-topics2'];
  await admin.createTopics({ topics: topics.map((topic) => ({ topic, numPartitions: 7 })) });
  const producer = producing({
    KAFKA_BOOTSTRAP_SERVERS: kafka.bootstrap,
    EVENT_COUNT: '1500',
    EVENTS_PER_SEC: '300',
  });
  await producer.sent(300);
  await admin.deleteTopics({ topics });
  expect(await producer.ended).toEqual({ code: 0, stderr: '' });
  expect(await producer.line('the topic has another number of partitions')).toMatchObject({ partitions: 6 });
  const sent = sentLines(producer);
  expect(new Set(sent.map(({ correlationId }) => correlationId)).size).toBe(1_500);
  const read = await readTopics(kafka.bootstrap);
  for (const { key, partition } of read) expect(partitionForKey(Buffer.from(key ?? ''), 6)).toBe(partition);
  const left = new Set(read.map(({ correlationId }) => correlationId));
  const order = orders(sent.filter(({ correlationId }) => left.has(correlationId ?? '')));
  for (const [lane, ids] of orders(read)) expect([...ids]).toEqual([...(order.get(lane) ?? [])]);
});
