import { expect, onTestFinished, test } from 'vitest';
import type { Cluster } from '../../../src/kafkajs/internal-types.ts';
import type { Internals } from '../../../src/kafkajs/internals.ts';
import { optionsTo, outcome, peer, repaired, silent } from './rig.ts';

const BROKERS = 8;

/** A cluster that knows so many brokers, all of them at one port. */
async function clusterAt(port: number): Promise<Cluster> {
  const cluster = new (repaired().Cluster)({
    ...optionsTo(port, { connectionTimeout: 60_000, requestTimeout: 60_000 }),
    brokers: [`127.0.0.1:${port}`],
    clientId: 'test',
    allowAutoTopicCreation: false,
    retry: { retries: 0 },
  } as unknown as ConstructorParameters<Internals['Cluster']>[0]);
  const { brokerPool: pool, connectionPoolBuilder: builder } = cluster;
  for (let nodeId = 1; nodeId <= BROKERS; nodeId += 1) {
    const connectionPool = await builder.build({ host: '127.0.0.1', port });
    pool.brokers[nodeId] = pool.createBroker({ connectionPool, logger: silent, nodeId });
  }
  return cluster;
}

test('a few brokers are asked; where these fail, all others and the bootstrap servers, side by side', async () => {
  const few = 3;
  const { port, accepted } = await peer((socket) => socket.resume());
  const { brokerPool: pool } = await clusterAt(port);
  onTestFinished(async () => await pool.disconnect());
  const found = outcome(pool.findConnectedBroker());
  await expect.poll(() => accepted.length).toBe(few);
  for (const socket of accepted) socket.destroy();
  await expect.poll(() => accepted.length).toBe(BROKERS + 1);
  for (const socket of accepted) socket.destroy();
  expect(await found).toBeInstanceOf(AggregateError);
});
