import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { createCluster } from '../../src/kafkajs/cluster.ts';
import { faultOf } from '../../src/kafkajs/errors.ts';
import { outcome, peer } from './fixes/rig.ts';

const log = pino({ level: 'silent' });

/** A cluster whose bootstrap servers take connections and say nothing. */
async function silentCluster(servers: number, connectionTimeoutMs: number) {
  const peers = await Promise.all(
    Array.from({ length: servers }, async () => await peer((socket) => socket.resume())),
  );
  const bootstrap = peers.map(({ port }) => `127.0.0.1:${port}`);
  const cluster = createCluster({ bootstrap, clientId: 'test', log, connectionTimeoutMs });
  onTestFinished(async () => await cluster.disconnect());
  return { cluster, peers };
}

test('all bootstrap servers are asked side by side, once for all who want to connect', async () => {
  const { cluster, peers } = await silentCluster(4, 60_000);
  const connecting = [outcome(cluster.connect()), outcome(cluster.connect())];
  await expect.poll(() => peers.map(({ accepted }) => accepted.length)).toEqual([1, 1, 1, 1]);
  await cluster.disconnect();
  for (const error of await Promise.all(connecting)) expect(faultOf(error).network).toBe(true);
});

test('where none of them answers, the try ends with their time-out, and the next one asks all again', async () => {
  const { cluster, peers } = await silentCluster(2, 50);
  expect(faultOf(await outcome(cluster.connect())).network).toBe(true);
  expect(faultOf(await outcome(cluster.connect())).network).toBe(true);
  expect(peers.map(({ accepted }) => accepted.length)).toEqual([2, 2]);
});
