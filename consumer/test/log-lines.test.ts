import { expect, test } from 'vitest';
import { startConsumer, total, until } from './consumer-process.ts';
import { httpTarget, status } from './http-target.ts';
import { userDeleted, written } from './written-events.ts';

const isEventLine = (line: Record<string, unknown>) =>
  line['level'] === 'info' && 'eventId' in line && 'offset' in line;

test('one INFO line a handled event; retries and letters are WARN; no payload, no key, no password in any line', async () => {
  const env = await written([
    { key: 'hushed-key-0', value: userDeleted('e0', 'hushed-user') },
    { key: 'hushed-key-1', value: userDeleted('e1', 'hushed-user') },
    { key: 'hushed-key-2', value: Buffer.from('{"hushed-field": hushed') },
    { key: 'hushed-key-3', value: Buffer.from(JSON.stringify({ payload: 'hushed-value' })) },
    { key: 'hushed-key-4', value: Buffer.from(`"hushed ${'x'.repeat(3_000)}"`) },
    { key: 'hushed-key-5', value: userDeleted('e5', 'hushed-user') },
  ]);
  await using target = await httpTarget((response, received) => {
    const answers: Record<string, number> = { e0: 204, e1: 500, e5: 422 };
    status(answers[String(received.headers['idempotency-key'])] ?? 204)(response, received);
  });
  const settings = {
    FORWARD_URL: `http://somebody:hushed-password@127.0.0.1:${target.port}/`,
    LOG_LEVEL: 'TRACE',
    MAX_RETRIES: '1',
    RETRY_BACKOFF_SEC: '0',
    MAX_RECORD_BYTES: '2000',
  };
  const consumer = await startConsumer({ ...env, ...settings });
  await until(async () => total(await consumer.metrics(), 'consumer_records_settled_total') === 6);
  expect(await consumer.end('SIGTERM')).toBe(0);
  expect(JSON.stringify(consumer.lines)).not.toContain('hushed');

  expect(consumer.lines.filter(isEventLine)).toEqual([
    expect.objectContaining({ service: 'consumer', msg: 'handled', eventId: 'e0', topic: env.KAFKA_TOPICS }),
  ]);
  const warned = consumer.lines.filter(({ level, offset }) => level === 'warn' && offset !== undefined);
  const ofOffset = (offset: number) => warned.filter((line) => line['offset'] === offset).length;
  // The one that is tried again has a line for that, too.
  expect([0, 1, 2, 3, 4, 5].map(ofOffset)).toEqual([0, 2, 1, 1, 1, 1]);
});

test('a reader that stalls slows the consumer, loses no line, and leaves it alive', async () => {
  const count = 20_000;
  const env = await written(
    Array.from({ length: count }, (_, n) => ({ key: `k${n}`, value: userDeleted(`e${n}`) })),
  );
  const consumer = await startConsumer(env);
  consumer.stall(true);
  const handled = async () => total(await consumer.metrics(), 'consumer_events_handled_total');
  // It goes on until lines of 1 MB wait, and then no further.
  await until(async () => {
    const before = await handled();
    return before > 2_000 && (await handled()) === before;
  });
  const lag = async () => total(await consumer.metrics(), 'kafka_consumer_lag');
  await until(async () => (await lag()) > 0 && (await consumer.health('/readyz')) === 200);
  expect(await handled()).toBeLessThan(count);
  expect(await consumer.health('/healthz')).toBe(200);
  consumer.stall(false);
  await until(async () => (await handled()) === count);
  expect(await consumer.end('SIGTERM')).toBe(0);
  const lines = consumer.lines.filter(isEventLine).map(({ eventId }) => eventId);
  expect([lines.length, new Set(lines).size]).toEqual([count, count]);
});
