import { expect, test } from 'vitest';
import type { KafkaCluster } from '../../src/kafkajs/cluster.ts';
import { connectedClusters } from '../../src/kafkajs/connected-clusters.ts';

/** A cluster whose calls fail where they are given an error. */
const cluster = (fails: { connect?: Error; refresh?: Error }): KafkaCluster => {
  const answer = (error: Error | undefined) => async () => {
    if (error !== undefined) throw error;
  };
  return {
    connect: answer(fails.connect),
    addTargetTopics: answer(undefined),
    refreshMetadata: answer(fails.refresh),
    disconnect: answer(undefined),
  } as unknown as KafkaCluster;
};

test('each connection that fails while the cluster is replaced is told: a client that tries is not silent', async () => {
  const refused = new Error('refused');
  const unknown = new Error('no layout');
  const made = [cluster({ refresh: unknown }), cluster({ connect: refused }), cluster({ connect: refused })];
  const told: unknown[] = [];
  const clusters = connectedClusters({
    create: () => made.shift() ?? cluster({}),
    failed: (error) => void told.push(error),
    stopping: new AbortController().signal,
  });
  await clusters.connect(['t']);
  await clusters.relearn();
  expect(told).toEqual([unknown, refused, refused]);
  expect(clusters.connected()).toBe(true);
});
