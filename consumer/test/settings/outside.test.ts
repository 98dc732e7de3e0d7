import { freePort } from '@event-pipeline/broker/free-port.ts';
import { expect, test } from 'vitest';
import { readTopics } from '../../../producer/test/read-topics.ts';
import { startConsumer, total, until } from '../consumer-process.ts';
import { httpTarget } from '../http-target.ts';
import { userDeleted, write, written } from '../written-events.ts';

test('MAX_RECORD_BYTES: a larger record becomes a letter, one of that size is handled', async () => {
  const fits = userDeleted('e0');
  const key = 'k'.repeat(2_000 - fits.length);
  const env = await written([
    { key, value: fits },
    { key: `${key}k`, value: fits },
  ]);
  const consumer = await startConsumer({ ...env, MAX_RECORD_BYTES: '2000' });
  await until(async () => total(await consumer.metrics(), 'consumer_records_settled_total') === 2);
  expect(await consumer.end('SIGTERM')).toBe(0);
  const [letter, ...more] = await readTopics(env.KAFKA_BOOTSTRAP_SERVERS, [env.DLQ_TOPIC]);
  expect(more).toEqual([]);
  expect(JSON.parse(String(letter?.value))).toMatchObject({ code: 'RECORD_TOO_LARGE', offset: 1 });
});

test('LAG_MONITOR_INTERVAL_SEC: at this pace the ends are read again, and a line tells of health', async () => {
  const env = await written([{ key: 'k', value: userDeleted('e0') }]);
  await using target = await httpTarget(() => undefined);
  const [often, seldom] = await Promise.all([
    startConsumer({ ...env, FORWARD_URL: target.url, LAG_MONITOR_INTERVAL_SEC: '0.1' }),
    startConsumer({ ...(await written([])), LAG_MONITOR_INTERVAL_SEC: '3600' }),
  ]);
  const lag = async () => total(await often.metrics(), 'kafka_consumer_lag');
  await until(async () => (await lag()) === 1);
  await write(env.KAFKA_TOPICS, [
    { key: 'k', value: userDeleted('e1') },
    { key: 'k', value: userDeleted('e2') },
  ]);
  await until(async () => (await lag()) === 3);
  const healthLines = () => often.lines.filter(({ msg }) => msg === 'health');
  await until(() => healthLines().length >= 3 && healthLines().at(-1)?.['lag'] === 3);
  expect(healthLines().at(-1)).toMatchObject({
    level: 'info',
    connected: true,
    topics: [env.KAFKA_TOPICS],
    partitions: [`${env.KAFKA_TOPICS}/0`],
    lag: 3,
    inFlight: 1,
    retrying: 0,
    held: 0,
  });
  await often.end('SIGKILL');
  expect(await seldom.end('SIGTERM')).toBe(0);
  expect(seldom.lines.filter(({ msg }) => msg === 'health')).toEqual([]);
});

test('METRICS_PORT: there it listens; LOG_LEVEL: what is below is left out', async () => {
  const port = await freePort();
  const env = await written([
    { key: 'k', value: userDeleted('e0') },
    { key: 'k', value: Buffer.from('{') },
  ]);
  const consumer = await startConsumer({ ...env, METRICS_PORT: String(port), LOG_LEVEL: 'warning' });
  await until(async () => total(await consumer.metrics(), 'consumer_records_settled_total') === 2);
  expect(await consumer.end('SIGTERM')).toBe(0);
  expect(new Set(consumer.lines.map(({ level }) => level))).toEqual(new Set(['warn']));
});
