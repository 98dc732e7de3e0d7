import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { bootstrap, createTopic, uniqueTopic } from '../../../broker/test/kafka.ts';
import { createCluster } from '../../src/kafkajs/cluster.ts';
import { createGroupConsumer } from '../../src/kafkajs/group-consumer.ts';
import { encodeBatch } from './encode-fetch.ts';
import { faultProxy } from './fault-proxy.ts';
import { produceRaw } from './produce-raw.ts';

const FETCH = 1;
const HEARTBEAT = 12;
const REBALANCE_IN_PROGRESS = 27;
/** Far longer than any wait of these tests: no fetch of nothing comes to its end by itself. */
const LONG_POLL_MS = 60_000;
const PATIENCE = { timeout: 20_000 };

/**
 * A member whose tenures read one partition each, of two that have nothing, in turn: 0, 1, 0, …
 * `delivered` has `partition:offset` of each record, `answers` counts what came back to fetches.
 */
async function memberOfTurns() {
  const address = bootstrap().split(',')[0] ?? '';
  const topic = await createTopic(uniqueTopic('turns'), { partitions: 2 });
  const proxy = await faultProxy(address);
  const lines: string[] = [];
  const log = pino({ level: 'warn' }, { write: (line) => void lines.push(line) });
  const delivered: string[] = [];
  const seen = { tenures: 0, answers: 0 };
  let rebalance = false;
  proxy.judge = (apiKey, frame) => {
    if (apiKey === FETCH) seen.answers += 1;
    if (apiKey !== HEARTBEAT || !rebalance) return 'pass';
    rebalance = false;
    frame.writeInt16BE(REBALANCE_IN_PROGRESS, 12);
    return frame;
  };
  const consumer = createGroupConsumer({
    groupId: uniqueTopic('group'),
    topics: [topic],
    sessionTimeoutMs: 6_000,
    rebalanceTimeoutMs: 10_000,
    heartbeatIntervalMs: 50,
    maxWaitMs: LONG_POLL_MS,
    maxRecordBytes: 1_000_000,
    createCluster: () => createCluster({ bootstrap: [proxy.address], clientId: 'test', log }),
    work: {
      assigned: () => {
        const partition = seen.tenures % 2;
        seen.tenures += 1;
        return [
          {
            topic,
            partition,
            topicId: null,
            position: 0,
            wants: () => true,
            deliver: ({ records }) =>
              void delivered.push(...records.map(({ offset }) => `${partition}:${offset}`)),
            madeAnew: () => undefined,
            gone: () => undefined,
          },
        ];
      },
      revoking: async () => undefined,
      changed: () => undefined,
    },
    log,
  });
  const running = consumer.run();
  onTestFinished(async () => {
    await consumer.stop(2_000);
    await running;
  });
  const fetches = () => proxy.requests.filter(({ apiKey }) => apiKey === FETCH).length;
  await expect.poll(fetches, PATIENCE).toBe(1);
  // A broker that has just started may have no coordinator for a moment.
  lines.length = 0;
  return {
    consumer,
    seen,
    lines,
    delivered,
    fetches,
    write: async (partition: number) =>
      await produceRaw({
        address,
        topic,
        partition,
        batch: encodeBatch({ baseOffset: 0, records: [{ value: 'v' }] }),
      }),
    /** A rebalance, and the first fetch after it. */
    turn: async () => {
      const before = fetches();
      rebalance = true;
      await expect.poll(fetches, PATIENCE).toBe(before + 1);
    },
  };
}

test('the first fetch of a tenure is answered while that of the one before still waits, and nothing is said of it', async () => {
  const { consumer, seen, lines, delivered, turn, write } = await memberOfTurns();
  await turn();
  await write(1);
  await expect.poll(() => delivered, PATIENCE).toEqual(['1:0']);
  expect({ ...seen, outage: consumer.status().outage, lines }).toEqual({
    tenures: 2,
    answers: 1,
    outage: null,
    lines: [],
  });
});

test('a fetch that is given up takes its connection with it, and no other one', async () => {
  const { seen, lines, delivered, turn, write } = await memberOfTurns();
  const sockets = () => process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length;
  await turn();
  const before = sockets();
  for (let rebalances = 10; rebalances > 0; rebalances -= 1) await turn();
  await expect.poll(sockets, PATIENCE).toBeLessThanOrEqual(before);
  await write(1);
  await expect.poll(() => delivered, PATIENCE).toEqual(['1:0']);
  expect({ ...seen, lines }).toEqual({ tenures: 12, answers: 1, lines: [] });
});
