import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { createTopic, bootstrap, kafkaClient, uniqueTopic } from '../../broker/test/kafka.ts';
import { startConsumer, total, until } from './consumer-process.ts';

const event = (n: number): Buffer =>
  Buffer.from(
    JSON.stringify({
      eventId: `e${n}`,
      eventType: 'user-deleted',
      eventVersion: '1.0',
      eventTime: '2026-01-01T00:00:00Z',
      payload: { userId: `u${n}`, deletedAt: '2026-01-01T00:00:00Z' },
    }),
  );

async function written(count: number, keys: number) {
  const topic = await createTopic(uniqueTopic('outage'), { partitions: 2 });
  const producer = kafkaClient().producer({
    createPartitioner:
      () =>
      ({ message }) =>
        Number(message.key) % 2,
  });
  await producer.connect();
  const messages = Array.from({ length: count }, (_, n) => ({ key: String(n % keys), value: event(n) }));
  await producer.send({ topic, messages });
  await producer.disconnect();
  return {
    KAFKA_BOOTSTRAP_SERVERS: bootstrap(),
    KAFKA_TOPICS: topic,
    DLQ_TOPIC: uniqueTopic('outage-dlq'),
    CONSUMER_GROUP_ID: uniqueTopic('group'),
    RETRY_BACKOFF_SEC: '0.2',
    RETRY_BACKOFF_MAX_SEC: '0.5',
  };
}

/** A target that answers each event's id with a status, and notes the order in which it took them. */
async function target(
  statusOf: (id: string) => number,
  port = 0,
): Promise<{ server: Server; taken: string[] }> {
  const taken: string[] = [];
  const server = createServer((request, response) => {
    const id = String(request.headers['idempotency-key']);
    const status = statusOf(id);
    if (status < 300) taken.push(id);
    request.resume();
    response.writeHead(status).end();
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return { server, taken };
}

const portOf = (server: Server) => (server.address() as AddressInfo).port;

test('a target that is refused: not ready, no letter, and everything is handled once when it is back', async () => {
  const env = await written(60, 20);
  const { server: first } = await target(() => 200);
  const port = portOf(first);
  first.close();
  await once(first, 'close');
  const consumer = await startConsumer({ ...env, FORWARD_URL: `http://127.0.0.1:${port}/` });
  await until(async () => total(await consumer.metrics(), 'consumer_target_up') === 0);
  expect(await consumer.health('/readyz')).toBe(503);
  expect(await consumer.health('/healthz')).toBe(200);

  const { server, taken } = await target(() => 200, port);
  await until(async () => total(await consumer.metrics(), 'consumer_events_handled_total') === 60);
  const metrics = await consumer.metrics();
  expect(await consumer.end('SIGTERM')).toBe(0);
  server.close();
  expect(total(metrics, 'consumer_dead_letters_total')).toBe(0);
  expect(total(metrics, 'consumer_target_up')).toBe(1);
  expect(taken).toHaveLength(60);
  for (let key = 0; key < 20; key += 1) {
    const ofKey = taken.map((id) => Number(id.slice(1))).filter((n) => n % 20 === key);
    expect(ofKey).toEqual(ofKey.toSorted((a, b) => a - b));
  }
});

test('one event that always fails: its key waits, the others are through before it, its letter says the attempts', async () => {
  const env = await written(200, 50);
  let others = 0;
  let othersAtLastAttempt = -1;
  let attempts = 0;
  const { server } = await target((id) => {
    if (id !== 'e0') {
      others += 1;
      return 204;
    }
    attempts += 1;
    othersAtLastAttempt = others;
    return 500;
  });
  const consumer = await startConsumer({ ...env, FORWARD_URL: `http://127.0.0.1:${portOf(server)}/` });
  await until(async () => total(await consumer.metrics(), 'consumer_records_settled_total') === 200);
  const metrics = await consumer.metrics();
  expect(await consumer.end('SIGTERM')).toBe(0);
  server.close();
  expect(attempts).toBe(4);
  // All but the four of its own key: they wait behind it.
  expect(othersAtLastAttempt).toBe(196);
  expect(total(metrics, 'consumer_dead_letters_total')).toBe(1);
  expect(total(metrics, 'consumer_retries_total')).toBe(3);
});

test('a key in backoff at SIGTERM: what the others settled is not handled again', async () => {
  const env = await written(100, 25);
  let broken = true;
  const { server, taken } = await target((id) => (broken && id === 'e0' ? 500 : 200));
  const settings = {
    ...env,
    FORWARD_URL: `http://127.0.0.1:${portOf(server)}/`,
    RETRY_BACKOFF_SEC: '20',
    RETRY_BACKOFF_MAX_SEC: '30',
  };
  const before = await startConsumer(settings);
  await until(async () => total(await before.metrics(), 'consumer_events_handled_total') === 96);
  expect(await before.end('SIGTERM')).toBe(0);
  broken = false;
  const after = await startConsumer(settings);
  await until(async () => total(await after.metrics(), 'consumer_events_handled_total') === 4);
  await until(async () => total(await after.metrics(), 'kafka_consumer_lag') === 0);
  expect(await after.end('SIGTERM')).toBe(0);
  server.close();
  expect(taken).toHaveLength(100);
  expect(new Set(taken).size).toBe(100);
});
