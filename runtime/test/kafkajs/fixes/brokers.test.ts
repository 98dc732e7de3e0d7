import { expect, test } from 'vitest';
import { bootstrap, createTopic, uniqueTopic } from '../../../../broker/test/kafka.ts';
import type { Internals } from '../../../src/kafkajs/internals.ts';
import { applyFixes } from '../../../src/kafkajs/apply.ts';
import type { Broker, Cluster } from '../../../src/kafkajs/internal-types.ts';
import { faultProxy } from '../fault-proxy.ts';
import { parseAddress } from '../../../src/kafkajs/bootstrap-address.ts';
import { optionsTo, outcome, peer, published, repaired, silent } from './rig.ts';

/** Two callers connect to a broker that accepts connections and says nothing. */
async function connectTwice(parts: Internals): Promise<unknown[]> {
  const { port } = await peer((socket) => socket.resume());
  const connectionPool = new parts.ConnectionPool(
    optionsTo(port, { connectionTimeout: 200, requestTimeout: 900 }),
  );
  const Broker = parts.Broker as unknown as new (options: object) => Broker;
  const broker = new Broker({ connectionPool, logger: silent, authenticationTimeout: 0 });
  const outcomes = await Promise.all([outcome(broker.connect()), outcome(broker.connect())]);
  for (const connection of connectionPool.pool) connection.requestQueue.rejectAll(new Error('over'));
  await connectionPool.destroy();
  return outcomes;
}

test('all callers wait for the same connect, and silence means that the broker is not reachable', async () => {
  const [, second] = await connectTwice(published());
  expect(second).toMatchObject({ name: 'KafkaJSLockTimeout', retriable: false });
  for (const result of await connectTwice(repaired())) {
    expect(result).toMatchObject({ name: 'KafkaJSConnectionError', retriable: true });
  }
});

function clusterOf(parts: Internals): Cluster & { connect(): Promise<void>; disconnect(): Promise<void> } {
  const { host, port } = parseAddress(bootstrap().split(',')[0] ?? '');
  return new parts.Cluster({
    ...optionsTo(port, { requestTimeout: 30_000 }),
    brokers: [`${host}:${port}`],
    clientId: 'test',
    allowAutoTopicCreation: false,
    retry: { retries: 0 },
  } as unknown as ConstructorParameters<Internals['Cluster']>[0]) as never;
}

async function layoutBeside(parts: Internals, topic: string): Promise<unknown> {
  const cluster = clusterOf(parts);
  await cluster.connect();
  for (const wanted of [uniqueTopic('missing'), topic]) cluster.targetTopics.add(wanted);
  const failure = await outcome(cluster.refreshMetadata());
  const known = cluster.brokerPool.metadata?.topicMetadata.find((one) => one.topic === topic);
  await cluster.disconnect();
  return failure ?? known?.partitionMetadata.length;
}

test('a topic that is missing does not hide the layout of another', async () => {
  const topic = await createTopic(uniqueTopic('there'), { partitions: 2 });
  expect(await layoutBeside(published(), topic)).toMatchObject({ type: 'UNKNOWN_TOPIC_OR_PARTITION' });
  expect(await layoutBeside(repaired(), topic)).toBe(2);
});

async function topicsKnown(parts: Internals): Promise<number> {
  const cluster = clusterOf(parts);
  await cluster.connect();
  await cluster.refreshMetadata();
  const { length } = cluster.brokerPool.metadata?.topicMetadata ?? [];
  await cluster.disconnect();
  return length;
}

test('asking for no topic does not ask for all', async () => {
  await createTopic(uniqueTopic('some'));
  expect(await topicsKnown(published())).toBeGreaterThan(0);
  expect(await topicsKnown(repaired())).toBe(0);
});

/** Looks for any broker while one of two keeps its connection and answers nothing. @returns who was found */
async function foundBesideFrozen(parts: Internals): Promise<Set<string>> {
  const cluster = clusterOf(parts);
  await cluster.connect();
  await cluster.refreshMetadata();
  const pool = cluster.brokerPool;
  const proxy = await faultProxy(bootstrap().split(',')[0] ?? '');
  const connectionPool = await cluster.connectionPoolBuilder.build(parseAddress(proxy.address));
  pool.brokers[99] = pool.createBroker({ connectionPool, logger: silent, nodeId: 99 });
  await pool.findBroker({ nodeId: 99 });
  proxy.judge = () => 'hold';
  const found = new Set<string>();
  for (let look = 0; look < 20; look += 1) found.add(String((await pool.findConnectedBroker()).nodeId));
  await cluster.disconnect();
  return found;
}

test('whoever needs any broker gets one that answers', async () => {
  expect(await foundBesideFrozen(published())).toContain('99');
  const found = await foundBesideFrozen(repaired());
  expect([found.size, found.has('99')]).toEqual([1, false]);
});

test('a join has a connection of its own', async () => {
  const { port } = await peer((socket) => socket.resume());
  const chosen = async (parts: Internals): Promise<boolean> => {
    const pool = new parts.ConnectionPool(optionsTo(port));
    const [join, sync, beat, fetch] = await Promise.all(
      (['JoinGroup', 'SyncGroup', 'Heartbeat', 'Fetch'] as const).map(async (api) => {
        const request = { apiKey: parts.apiKeys[api], apiVersion: 0, apiName: api, encode: async () => null };
        return await pool.getConnectionByRequest({ request });
      }),
    );
    expect(join).toBe(sync);
    expect(beat).not.toBe(fetch);
    expect(join?.requestTimeout).toBe(beat?.requestTimeout);
    await pool.destroy();
    return join !== beat && join !== fetch;
  };
  expect(await chosen(published())).toBe(false);
  expect(await chosen(repaired())).toBe(true);
});

test('knows the error codes above 88', () => {
  expect(published().createErrorFromCode(89)).toMatchObject({ type: 'KAFKAJS_UNKNOWN_ERROR_CODE' });
  const parts = repaired();
  expect(parts.createErrorFromCode(89)).toMatchObject({ type: 'THROTTLING_QUOTA_EXCEEDED', retriable: true });
  expect(parts.createErrorFromCode(100)).toMatchObject({ type: 'UNKNOWN_TOPIC_ID', retriable: true });
  expect(parts.createErrorFromCode(110)).toMatchObject({ type: 'FENCED_MEMBER_EPOCH', retriable: false });
  expect(parts.createErrorFromCode(133)).toMatchObject({ type: 'SHARE_SESSION_LIMIT_REACHED' });
});

test('fixes are applied once', () => {
  const parts = repaired();
  const before = [
    parts.errorCodes.length,
    parts.Connection.prototype.connect,
    parts.Broker.prototype.connect,
  ];
  applyFixes(parts);
  expect([
    parts.errorCodes.length,
    parts.Connection.prototype.connect,
    parts.Broker.prototype.connect,
  ]).toEqual(before);
});
