import { expect, test } from 'vitest';
import { bootstrap } from '../../../broker/test/kafka.ts';
import { faultProxy } from '../../../runtime/test/kafkajs/fault-proxy.ts';
import { startConsumer, total, until } from '../consumer-process.ts';
import { userDeleted, written } from '../written-events.ts';

const FETCH = 1;
const OFFSET_COMMIT = 8;
const JOIN_GROUP = 11;

test('POLL_TIMEOUT_SEC, SESSION_TIMEOUT_SEC and CONSUMER_GROUP_ID go to the broker as they are', async () => {
  const proxy = await faultProxy(bootstrap());
  const env = await written([{ key: 'k', value: userDeleted('e') }]);
  const settings = {
    KAFKA_BOOTSTRAP_SERVERS: proxy.address,
    POLL_TIMEOUT_SEC: '0.37',
    SESSION_TIMEOUT_SEC: '7.5',
  };
  const consumer = await startConsumer({ ...env, ...settings });
  await until(async () => total(await consumer.metrics(), 'consumer_events_handled_total') === 1);
  expect(await consumer.end('SIGTERM')).toBe(0);

  const bodies = (api: number) =>
    proxy.requests.filter(({ apiKey }) => apiKey === api).map(({ body }) => body);
  // A fetch begins with a replica's id, then the longest wait.
  expect(new Set(bodies(FETCH).map((body) => body.readInt32BE(4)))).toEqual(new Set([370]));
  const joins = bodies(JOIN_GROUP).map((body) => {
    const groupEnd = 2 + body.readInt16BE(0);
    return { group: body.toString('utf8', 2, groupEnd), sessionMs: body.readInt32BE(groupEnd) };
  });
  expect(joins.length).toBeGreaterThan(0);
  for (const join of joins) expect(join).toEqual({ group: env.CONSUMER_GROUP_ID, sessionMs: 7_500 });
});

const never = { COMMIT_INTERVAL_MESSAGES: '1000000', COMMIT_INTERVAL_SEC: '3600' };

test.each([
  { name: 'neither is due: nothing is committed before the stop', settings: never, commits: false },
  {
    name: 'COMMIT_INTERVAL_MESSAGES',
    settings: { ...never, COMMIT_INTERVAL_MESSAGES: '50' },
    commits: true,
  },
  { name: 'COMMIT_INTERVAL_SEC', settings: { ...never, COMMIT_INTERVAL_SEC: '0.1' }, commits: true },
])('commits: $name', async ({ settings, commits }) => {
  const proxy = await faultProxy(bootstrap());
  const records = Array.from({ length: 50 }, (_, n) => ({ key: `k${n}`, value: userDeleted(`e${n}`) }));
  const env = await written(records);
  const consumer = await startConsumer({ ...env, KAFKA_BOOTSTRAP_SERVERS: proxy.address, ...settings });
  await until(async () => total(await consumer.metrics(), 'consumer_events_handled_total') === 50);
  await until(async () => (await consumer.health('/readyz')) === 200);
  const lag = commits ? 0 : 50;
  await until(async () => total(await consumer.metrics(), 'kafka_consumer_lag') === lag);
  const commitsSent = () => proxy.requests.filter(({ apiKey }) => apiKey === OFFSET_COMMIT).length;
  const beforeTheStop = commitsSent();
  expect(await consumer.end('SIGTERM')).toBe(0);
  expect(beforeTheStop > 0).toBe(commits);
  expect(commitsSent()).toBeGreaterThan(0);
});

/** How many records of one partition came at most in a row, while the other had some left. */
function longestRun(partitions: readonly number[]): number {
  const left = new Map([...new Set(partitions)].map((p) => [p, partitions.filter((q) => q === p).length]));
  let [longest, run] = [0, 0];
  for (const [at, partition] of partitions.entries()) {
    run = partitions[at - 1] === partition ? run + 1 : 1;
    left.set(partition, (left.get(partition) ?? 0) - 1);
    if (Math.min(...left.values()) > 0) longest = Math.max(longest, run);
  }
  return longest;
}

test.each([
  { most: 7, is: (run: number) => run === 7 },
  { most: 1_000, is: (run: number) => run > 7 },
])('MAX_BATCH_SIZE $most: then it is the turn of the other partition', async ({ most, is }) => {
  const records = Array.from({ length: 800 }, (_, n) => ({
    key: `k${n}`,
    partition: n % 2,
    value: userDeleted(`e${n}`),
  }));
  const env = await written(records, 2);
  const consumer = await startConsumer({ ...env, MAX_BATCH_SIZE: String(most) });
  await until(async () => total(await consumer.metrics(), 'consumer_events_handled_total') === 800);
  expect(await consumer.end('SIGTERM')).toBe(0);
  const handled = consumer.lines.filter(({ msg }) => msg === 'handled');
  const run = longestRun(handled.map(({ partition }) => Number(partition)));
  expect(is(run), `${run} in a row`).toBe(true);
});
