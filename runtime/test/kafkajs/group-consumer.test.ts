import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { bootstrap, createTopic, uniqueTopic } from '../../../broker/test/kafka.ts';
import { createCluster } from '../../src/kafkajs/cluster.ts';
import { createGroupConsumer } from '../../src/kafkajs/group-consumer.ts';
import { faultProxy } from './fault-proxy.ts';
import type { Verdict } from '../../../broker/src/fault-proxy.ts';

const OFFSET_COMMIT = 8;
const FIND_COORDINATOR = 10;
const JOIN_GROUP = 11;
const HEARTBEAT = 12;
/** The shortest session that a broker takes. */
const SESSION_MS = 6_000;

/** A member of its own group behind a proxy, when it has joined; `told` is what it told the owner of its work. */
async function member() {
  const topic = await createTopic(uniqueTopic('member'));
  const proxy = await faultProxy(bootstrap().split(',')[0] ?? '');
  const log = pino({ level: 'silent' });
  const told: string[] = [];
  const revoked = { until: Promise.resolve() };
  const consumer = createGroupConsumer({
    groupId: uniqueTopic('group'),
    topics: [topic],
    sessionTimeoutMs: SESSION_MS,
    rebalanceTimeoutMs: 10_000,
    heartbeatIntervalMs: 100,
    maxWaitMs: 50,
    maxRecordBytes: 1_000_000,
    createCluster: () =>
      createCluster({ bootstrap: [proxy.address], clientId: 'test', log, connectionTimeoutMs: 1_000 }),
    work: {
      assigned: (partitions) => {
        told.push(`assigned ${partitions.length}`);
        return [];
      },
      revoking: async (cut) => {
        told.push(cut ? 'cut' : 'revoking');
        await revoked.until;
      },
      changed: () => undefined,
    },
    log,
  });
  const running = consumer.run();
  onTestFinished(async () => {
    await consumer.stop(2_000);
    await running;
  });
  await expect.poll(() => consumer.status().phase, { timeout: 30_000 }).toBe('member');
  const asked = (apiKey: number) => proxy.requests.filter((request) => request.apiKey === apiKey).length;
  return { topic, consumer, proxy, told, revoked, asked };
}

/** Puts an error code into the next answer to a heartbeat. */
function failBeat(code: number): (apiKey: number, frame: Buffer) => Verdict {
  let done = false;
  return (apiKey, frame) => {
    if (apiKey !== HEARTBEAT || done) return 'pass';
    done = true;
    frame.writeInt16BE(code, 12);
    return frame;
  };
}

test('beats in the background while nothing is fetched', async () => {
  const { consumer, asked, told } = await member();
  const before = asked(HEARTBEAT);
  await expect.poll(() => asked(HEARTBEAT), { timeout: 10_000 }).toBeGreaterThan(before + 3);
  expect(consumer.holdsLease()).toBe(true);
  expect(told).toEqual(['assigned 1']);
});

test('a rebalance: partitions are given back, and nothing is joined before that is over; beats go on', async () => {
  const { proxy, told, revoked, asked } = await member();
  const { promise, resolve } = Promise.withResolvers<void>();
  revoked.until = promise;
  const joins = asked(JOIN_GROUP);
  proxy.judge = failBeat(27);
  await expect.poll(() => told, { timeout: 10_000 }).toEqual(['assigned 1', 'revoking']);
  const beats = asked(HEARTBEAT);
  await expect.poll(() => asked(HEARTBEAT), { timeout: 10_000 }).toBeGreaterThan(beats + 3);
  expect(asked(JOIN_GROUP)).toBe(joins);
  resolve();
  await expect.poll(() => told, { timeout: 20_000 }).toEqual(['assigned 1', 'revoking', 'assigned 1']);
});

test('dropped by the group: the lease is over at once, and it joins with a new id', async () => {
  const { consumer, proxy, told, revoked } = await member();
  const { memberId } = consumer.status();
  const { promise, resolve } = Promise.withResolvers<void>();
  revoked.until = promise;
  proxy.judge = failBeat(25);
  await expect.poll(() => told, { timeout: 10_000 }).toEqual(['assigned 1', 'cut']);
  expect(consumer.holdsLease()).toBe(false);
  resolve();
  await expect.poll(() => told.length, { timeout: 30_000 }).toBe(3);
  expect(consumer.status().memberId).not.toBe(memberId);
});

test.each([
  ['knows the member no more', 25],
  ['is a generation further', 22],
])(
  'a commit is told that the group %s: the lease is over at once, and no beat is waited for',
  async (_, code) => {
    const { topic, consumer, proxy, told, revoked } = await member();
    const { promise, resolve } = Promise.withResolvers<void>();
    onTestFinished(() => resolve());
    revoked.until = promise;
    // The group itself has dropped nobody: beats would not tell.
    proxy.judge = (apiKey, frame) => {
      // The answer ends with the error of its only partition.
      if (apiKey === OFFSET_COMMIT) frame.writeInt16BE(code, frame.length - 2);
      return 'pass';
    };
    const leases = [consumer.holdsLease()];
    const { result } = await consumer.commit([{ topic, partition: 0, offset: 0, metadata: '' }]);
    leases.push(consumer.holdsLease());
    await expect.poll(() => told, { timeout: 10_000 }).toEqual(['assigned 1', 'cut']);
    expect({ result, leases }).toEqual({ result: 'refused', leases: [true, false] });
    resolve();
    await expect.poll(() => told.length, { timeout: 30_000 }).toBe(3);
    expect(consumer.holdsLease()).toBe(true);
  },
);

test('without a generation a commit is not sent', async () => {
  const { topic, consumer } = await member();
  await consumer.stop(5_000);
  await expect
    .poll(() => consumer.commit([{ topic, partition: 0, offset: 0, metadata: '' }]))
    .toEqual({ result: 'unsent', taken: [] });
});

test('a commit is refused for want of a right: that is told until one is taken, and the partitions stay', async () => {
  const { topic, consumer, proxy, told } = await member();
  proxy.judge = (apiKey, frame) => {
    // The answer ends with the error of its only partition: TOPIC_AUTHORIZATION_FAILED.
    if (apiKey === OFFSET_COMMIT) frame.writeInt16BE(29, frame.length - 2);
    return 'pass';
  };
  const commit = async () =>
    (await consumer.commit([{ topic, partition: 0, offset: 0, metadata: '' }])).result;
  expect(await commit()).toBe('refused');
  const { away, outage } = consumer.status();
  expect({ reason: away.get('commits')?.reason, outage }).toEqual({
    reason: expect.stringMatching(/not authorized/i),
    outage: null,
  });
  proxy.judge = () => 'pass';
  expect(await commit()).toBe('acknowledged');
  expect({ away: consumer.status().away.size, told }).toEqual({ away: 0, told: ['assigned 1'] });
});

test('a commit is refused for want of a right: another generation does not know that any more', async () => {
  const { topic, consumer, proxy, told } = await member();
  const beat = failBeat(27);
  let refuses = true;
  proxy.judge = (apiKey, frame) => {
    if (apiKey === OFFSET_COMMIT && refuses) frame.writeInt16BE(29, frame.length - 2);
    return refuses ? 'pass' : beat(apiKey, frame);
  };
  await consumer.commit([{ topic, partition: 0, offset: 0, metadata: '' }]);
  refuses = false;
  await expect.poll(() => told, { timeout: 20_000 }).toEqual(['assigned 1', 'revoking', 'assigned 1']);
  expect(consumer.status().away.size).toBe(0);
});

test('dropped while partitions are given back: that is waited for no longer, no commit can be accepted any more', async () => {
  const { proxy, told, revoked } = await member();
  const { promise, resolve } = Promise.withResolvers<void>();
  onTestFinished(() => resolve());
  revoked.until = promise;
  proxy.judge = failBeat(27);
  await expect.poll(() => told, { timeout: 10_000 }).toEqual(['assigned 1', 'revoking']);
  revoked.until = Promise.resolve();
  proxy.judge = failBeat(25);
  await expect.poll(() => told, { timeout: 20_000 }).toEqual(['assigned 1', 'revoking', 'cut', 'assigned 1']);
});

test('a coordinator that moved is looked up again, and the partitions stay', async () => {
  const { proxy, told, asked } = await member();
  const lookups = asked(FIND_COORDINATOR);
  proxy.judge = failBeat(16);
  await expect.poll(() => asked(FIND_COORDINATOR), { timeout: 10_000 }).toBeGreaterThan(lookups);
  const beats = asked(HEARTBEAT);
  await expect.poll(() => asked(HEARTBEAT), { timeout: 10_000 }).toBeGreaterThan(beats + 1);
  expect(told).toEqual(['assigned 1']);
});

test('without answers the lease ends by itself, and the partitions stay until the group speaks', async () => {
  const { consumer, proxy, told } = await member();
  await proxy.shut();
  await expect.poll(() => consumer.holdsLease(), { timeout: 3 * SESSION_MS }).toBe(false);
  expect(consumer.status().outage).not.toBeNull();
  expect(told).toEqual(['assigned 1']);
});

test('a stop behind a join that gets no answer ends by its bound', async () => {
  const { consumer, proxy, asked } = await member();
  const joins = asked(JOIN_GROUP);
  const beat = failBeat(27);
  proxy.judge = (apiKey, frame) => (apiKey === JOIN_GROUP ? 'hold' : beat(apiKey, frame));
  await expect.poll(() => asked(JOIN_GROUP), { timeout: 10_000 }).toBeGreaterThan(joins);
  await consumer.stop(200);
  expect(consumer.status().phase).toBe('stopped');
});
