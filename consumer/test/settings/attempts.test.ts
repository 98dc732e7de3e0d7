import { expect, test } from 'vitest';
import { readTopics } from '../../../producer/test/read-topics.ts';
import { startConsumer, total, until } from '../consumer-process.ts';
import { httpTarget, status } from '../http-target.ts';
import { userDeleted, written } from '../written-events.ts';

const scripted = [new URL('../with-handlers.ts?./handlers/scripted.ts', import.meta.url)];

async function lettersOn(env: { KAFKA_BOOTSTRAP_SERVERS: string; DLQ_TOPIC: string }) {
  const records = await readTopics(env.KAFKA_BOOTSTRAP_SERVERS, [env.DLQ_TOPIC]);
  return records.map(({ value }) => JSON.parse(String(value)) as Record<string, unknown>);
}

test('MAX_RETRIES, RETRY_BACKOFF_SEC and RETRY_BACKOFF_MAX_SEC: so many attempts, so far apart; DLQ_TOPIC: the letter is there', async () => {
  const env = await written([{ key: 'k', value: userDeleted('e', 'fail') }]);
  const settings = { MAX_RETRIES: '4', RETRY_BACKOFF_SEC: '0.04', RETRY_BACKOFF_MAX_SEC: '0.1' };
  const consumer = await startConsumer({ ...env, ...settings }, scripted);
  await until(async () => total(await consumer.metrics(), 'consumer_dead_letters_total') === 1);
  expect(await consumer.end('SIGTERM')).toBe(0);
  const waits = consumer.lines.flatMap(({ waitMs }) => (typeof waitMs === 'number' ? [waitMs] : []));
  const bounds = [
    [20, 40],
    [40, 80],
    [80, 100],
    [100, 100],
  ];
  expect(waits).toHaveLength(bounds.length);
  for (const [n, [least = 0, most = 0]] of bounds.entries()) {
    expect(waits[n]).toBeGreaterThanOrEqual(least);
    expect(waits[n]).toBeLessThanOrEqual(most);
  }
  expect(await lettersOn(env)).toEqual([
    expect.objectContaining({ code: 'RETRIES_EXHAUSTED', attempts: 5, topic: env.KAFKA_TOPICS }),
  ]);
});

test('HANDLER_TIMEOUT_SEC: a failed attempt; where the handler does not end, its key waits, and a restart is asked for', async () => {
  const env = await written([
    { key: 'aborted', value: userDeleted('e0', 'run-until-aborted') },
    { key: 'stuck', value: userDeleted('e1', 'never-end') },
    { key: 'stuck', value: userDeleted('e2') },
    { key: 'other', value: userDeleted('e3') },
  ]);
  const settings = { HANDLER_TIMEOUT_SEC: '0.3', MAX_RETRIES: '0', SHUTDOWN_TIMEOUT_SEC: '0' };
  const consumer = await startConsumer({ ...env, ...settings }, scripted);
  await until(async () => (await consumer.health('/healthz')) === 503);
  await until(async () => total(await consumer.metrics(), 'consumer_dead_letters_total') === 1);
  expect(await consumer.facts('/healthz')).toMatchObject({
    reasons: [expect.stringContaining('1 handlers do not end')],
  });
  await consumer.end('SIGTERM');
  expect(consumer.lines.filter(({ msg }) => msg === 'handled').map(({ eventId }) => eventId)).toEqual(['e3']);
  expect(await lettersOn(env)).toEqual([
    expect.objectContaining({ eventId: 'e0', error: expect.stringContaining('within 0.3 s') as string }),
  ]);
});

test('SHUTDOWN_TIMEOUT_SEC: past it exit 1, and what still ran comes again', async () => {
  const env = await written([{ key: 'k', value: userDeleted('e', 'never-end') }]);
  const consumer = await startConsumer({ ...env, SHUTDOWN_TIMEOUT_SEC: '0.2' }, scripted);
  await until(async () => total(await consumer.metrics(), 'consumer_records_in_flight') === 1);
  expect(await consumer.end('SIGTERM')).toBe(1);
  const after = await startConsumer(env);
  await until(async () => total(await after.metrics(), 'consumer_events_handled_total') === 1);
  expect(await after.end('SIGTERM')).toBe(0);
});

test('SIGTERM: what runs may end and is committed, nothing new is begun; not ready meanwhile, exit 0', async () => {
  const env = await written([
    { key: 'k', value: userDeleted('e0') },
    { key: 'k', value: userDeleted('e1') },
  ]);
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  await using target = await httpTarget((response, received) => {
    void released.then(() => status(204)(response, received));
  });
  const settings = { ...env, FORWARD_URL: target.url };
  const consumer = await startConsumer(settings);
  await until(() => target.received.length === 1);
  const ended = consumer.end('SIGTERM');
  await until(() => consumer.lines.some(({ msg }) => msg === 'stopping'));
  expect(await consumer.health('/readyz')).toBe(503);
  expect((await consumer.facts('/readyz'))['reasons']).toContain('stopping');
  expect(await consumer.health('/healthz')).toBe(200);
  release();
  expect(await ended).toBe(0);
  const after = await startConsumer(settings);
  await until(async () => total(await after.metrics(), 'consumer_events_handled_total') === 1);
  expect(await after.end('SIGTERM')).toBe(0);
  expect(target.received.map(({ headers }) => headers['idempotency-key'])).toEqual(['e0', 'e1']);
});

test('signals that come together are one; a later one ends it at once, exit 1', async () => {
  const env = await written([{ key: 'k', value: userDeleted('e', 'never-end') }]);
  const consumer = await startConsumer({ ...env, SHUTDOWN_TIMEOUT_SEC: '3600' }, scripted);
  await until(async () => total(await consumer.metrics(), 'consumer_records_in_flight') === 1);
  let code: number | null | undefined;
  await until(() => {
    void consumer.end('SIGTERM').then((ended) => (code = ended));
    return code !== undefined;
  });
  expect(code).toBe(1);
  expect(consumer.lines.filter(({ msg }) => msg === 'stopping')).toHaveLength(1);
});

test('MAX_CONCURRENCY: so many handlers run at once, and no more', async () => {
  const events = Array.from({ length: 30 }, (_, n) => ({ key: `k${n}`, value: userDeleted(`e${n}`) }));
  const env = await written(events);
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  let running = 0;
  let most = 0;
  await using target = await httpTarget((response, received) => {
    running += 1;
    most = Math.max(most, running);
    void released.then(() => {
      running -= 1;
      status(204)(response, received);
    });
  });
  const consumer = await startConsumer({ ...env, FORWARD_URL: target.url, MAX_CONCURRENCY: '3' });
  await until(() => running === 3);
  expect(total(await consumer.metrics(), 'consumer_records_in_flight')).toBe(3);
  release();
  await until(async () => total(await consumer.metrics(), 'consumer_events_handled_total') === 30);
  expect(await consumer.end('SIGTERM')).toBe(0);
  expect(most).toBe(3);
});

test('FORWARD_TIMEOUT_SEC: a target that says nothing for so long is unavailable', async () => {
  const env = await written([{ key: 'k', value: userDeleted('e') }]);
  await using target = await httpTarget(() => undefined);
  const settings = { FORWARD_URL: target.url, FORWARD_TIMEOUT_SEC: '0.25' };
  const consumer = await startConsumer({ ...env, ...settings });
  await until(async () => total(await consumer.metrics(), 'consumer_target_up') === 0);
  expect(await consumer.facts('/readyz')).toMatchObject({
    unavailable: { FORWARD_URL: { reason: expect.stringContaining('0.25 s') as string } },
  });
  target.answerWith(status(204));
  await until(async () => total(await consumer.metrics(), 'consumer_events_handled_total') === 1);
  expect(await consumer.end('SIGTERM')).toBe(0);
});
