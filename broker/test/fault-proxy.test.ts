import { lookup } from 'node:dns/promises';
import kafkajs from 'kafkajs';
import { expect, onTestFinished, test } from 'vitest';
import { startFaultProxy } from '../src/fault-proxy.ts';
import { bootstrap } from './kafka.ts';

const byNumber = async (address: string): Promise<string> => {
  const colon = address.lastIndexOf(':');
  return `${(await lookup(address.slice(0, colon))).address}${address.slice(colon)}`;
};

const advertisedThrough = async (bootstrapServers: string): Promise<string[]> => {
  const brokers = bootstrapServers.split(',');
  const admin = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING }).admin();
  await admin.connect();
  onTestFinished(async () => await admin.disconnect());
  const cluster = await admin.describeCluster();
  return cluster.brokers.map(({ host, port }) => `${host}:${port}`);
};

test.each(['as it advertises them', 'by number'])(
  'each lane leads back to itself; brokers named %s',
  async (how) => {
    const brokers = bootstrap().split(',');
    const named = how === 'by number' ? await Promise.all(brokers.map(byNumber)) : brokers;
    const proxy = await startFaultProxy(named.join(','), undefined, 2);
    onTestFinished(async () => await proxy.shut());
    for (const lane of proxy.addresses)
      expect((await advertisedThrough(lane)).toSorted()).toEqual(lane.split(',').toSorted());
  },
);
