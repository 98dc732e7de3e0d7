import { expect, onTestFinished, test } from 'vitest';
import { startConsumer, total, until, type RunningConsumer } from './consumer-process.ts';
import { httpTarget, status, type HttpTarget } from './http-target.ts';
import { userDeleted, written } from './written-events.ts';

/** So many events `e0`, `e1`, … over so many keys, and settings with a short backoff. */
async function eventsOf(count: number, keys: number) {
  const records = Array.from({ length: count }, (_, n) => ({
    key: String(n % keys),
    partition: (n % keys) % 2,
    value: userDeleted(`e${n}`),
  }));
  return { ...(await written(records, 2)), RETRY_BACKOFF_SEC: '0.2', RETRY_BACKOFF_MAX_SEC: '0.5' };
}

type StatusOf = (id: string) => number;

/** A target that answers each event's id with a status, and the order of the events that it took. */
async function target(statusOf: StatusOf, port = 0): Promise<HttpTarget & { readonly taken: string[] }> {
  const taken: string[] = [];
  const server = await httpTarget((response, received) => {
    const id = String(received.headers['idempotency-key']);
    const code = statusOf(id);
    if (code < 300) taken.push(id);
    status(code)(response, received);
  }, port);
  onTestFinished(server.close);
  return { ...server, taken };
}

const handled = async (consumer: RunningConsumer) =>
  total(await consumer.metrics(), 'consumer_events_handled_total');

const outages = {
  'is refused': {
    /** A port that nobody listens on, until the target comes back to it. */
    begin: async () => {
      const { url, port, close } = await target(() => 200);
      await close();
      return { url, over: async () => await target(() => 200, port) };
    },
    reason: /refused/i,
  },
  'answers 503 to all': {
    begin: async () => {
      let code = 503;
      const server = await target(() => code);
      return {
        url: server.url,
        over: async () => {
          code = 200;
          return server;
        },
      };
    },
    reason: /503/,
  },
};

test.each(Object.entries(outages))(
  'a target that %s: not ready, no letter, and everything is handled once when it is back',
  async (_, { begin, reason }) => {
    const [count, keys] = [60, 20];
    const env = await eventsOf(count, keys);
    const outage = await begin();
    const before = Date.now();
    const consumer = await startConsumer({ ...env, FORWARD_URL: outage.url });
    await until(async () => total(await consumer.metrics(), 'consumer_target_up') === 0);
    expect(await consumer.health('/readyz')).toBe(503);
    const { unavailable } = (await consumer.facts('/readyz')) as {
      unavailable: { FORWARD_URL: { since: string; reason: string } };
    };
    expect(unavailable.FORWARD_URL.reason).toMatch(reason);
    expect(Date.parse(unavailable.FORWARD_URL.since)).toBeGreaterThanOrEqual(before);
    expect(Date.parse(unavailable.FORWARD_URL.since)).toBeLessThanOrEqual(Date.now());
    expect(await consumer.health('/healthz')).toBe(200);
    expect(await handled(consumer)).toBe(0);

    const { taken } = await outage.over();
    await until(async () => (await handled(consumer)) === count);
    await until(async () => (await consumer.health('/readyz')) === 200);
    const metrics = await consumer.metrics();
    expect(await consumer.end('SIGTERM')).toBe(0);
    expect(total(metrics, 'consumer_dead_letters_total')).toBe(0);
    expect(total(metrics, 'consumer_retries_total')).toBe(0);
    expect(total(metrics, 'consumer_target_up')).toBe(1);
    expect(taken).toHaveLength(count);
    for (let key = 0; key < keys; key += 1) {
      const ofKey = taken.map((id) => Number(id.slice(1))).filter((n) => n % keys === key);
      expect(ofKey).toEqual([key, key + keys, key + 2 * keys]);
    }
  },
);

test('one event that always fails: its key waits, the others are through before it, its letter says the attempts', async () => {
  const env = await eventsOf(200, 50);
  let others = 0;
  let othersAtLastAttempt = -1;
  let attempts = 0;
  const { url } = await target((id) => {
    if (id !== 'e0') {
      others += 1;
      return 204;
    }
    attempts += 1;
    othersAtLastAttempt = others;
    return 500;
  });
  const consumer = await startConsumer({ ...env, FORWARD_URL: url });
  await until(async () => total(await consumer.metrics(), 'consumer_records_settled_total') === 200);
  const metrics = await consumer.metrics();
  expect(await consumer.end('SIGTERM')).toBe(0);
  expect(attempts).toBe(4);
  // All but the four of its own key: they wait behind it.
  expect(othersAtLastAttempt).toBe(196);
  expect(total(metrics, 'consumer_dead_letters_total')).toBe(1);
  expect(total(metrics, 'consumer_retries_total')).toBe(3);
});

test('a key in backoff at SIGTERM: what the others settled is not handled again', async () => {
  const env = await eventsOf(100, 25);
  let broken = true;
  const { url, taken } = await target((id) => (broken && id === 'e0' ? 500 : 200));
  const settings = {
    ...env,
    FORWARD_URL: url,
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
  expect(taken).toHaveLength(100);
  expect(new Set(taken).size).toBe(100);
});
