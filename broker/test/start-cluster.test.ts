import { existsSync } from 'node:fs';
import kafkajs from 'kafkajs';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startCluster } from '../src/start-cluster.ts';
import type { Cluster } from '../src/start-cluster.ts';
import { gone } from './program.ts';

/** Does a node that takes connections also answer? */
const answers = async (bootstrap: string): Promise<boolean> => {
  const admin = new kafkajs.Kafka({
    brokers: [bootstrap],
    logLevel: kafkajs.logLevel.NOTHING,
    requestTimeout: 1_000,
    retry: { retries: 0 },
  }).admin();
  try {
    await admin.connect();
    await admin.listTopics();
    return true;
  } catch {
    return false;
  } finally {
    await admin.disconnect();
  }
};

const client = (bootstrap: string) =>
  new kafkajs.Kafka({
    brokers: bootstrap.split(','),
    logLevel: kafkajs.logLevel.NOTHING,
    connectionTimeout: 5_000,
    retry: { retries: 30, maxRetryTime: 1_000 },
  });

const write = async (bootstrap: string, value: string): Promise<void> => {
  const producer = client(bootstrap).producer();
  await producer.connect();
  await producer.send({ topic: 'letters', acks: -1, messages: [{ value }] });
  await producer.disconnect();
};

const recordCount = async (bootstrap: string): Promise<number> => {
  const admin = client(bootstrap).admin();
  await admin.connect();
  const ends = await admin.fetchTopicOffsets('letters');
  await admin.disconnect();
  return ends.reduce((sum, { high }) => sum + Number(high), 0);
};

const withReplicatedTopic = async (): Promise<Cluster> => {
  // A dead node's session is waited for before others lead its partitions: by default 9 s.
  const properties = { 'broker.session.timeout.ms': '3000', 'broker.heartbeat.interval.ms': '500' };
  const cluster = await startCluster({ brokers: 3, properties });
  onTestFinished(() => cluster.stop());
  const admin = client(cluster.bootstrap).admin();
  await admin.connect();
  const configEntries = [{ name: 'min.insync.replicas', value: '2' }];
  await admin.createTopics({
    waitForLeaders: true,
    topics: [{ topic: 'letters', numPartitions: 3, replicationFactor: 3, configEntries }],
  });
  await admin.disconnect();
  return cluster;
};

test('a cluster of three goes on without one of them, which comes back with its data', async () => {
  const cluster = await withReplicatedTopic();
  const [first, second] = cluster.nodes;
  if (first === undefined || second === undefined) throw new Error('three nodes were asked for');
  await write(cluster.bootstrap, 'all three run');
  const killed = first.pid();
  await first.kill();
  await gone(killed);
  await write(cluster.bootstrap, 'one is killed');
  await first.restart();
  expect(first.pid()).not.toBe(killed);
  second.pause();
  expect(await answers(second.bootstrap)).toBe(false);
  second.resume();
  await vi.waitUntil(() => answers(second.bootstrap), { timeout: 20_000 });
  expect(await recordCount(cluster.bootstrap)).toBe(2);
  await cluster.stop();
  await Promise.all(cluster.nodes.map((node) => gone(node.pid())));
  expect(cluster.nodes.map((node) => existsSync(`/proc/${node.pid()}`))).toEqual([false, false, false]);
});
