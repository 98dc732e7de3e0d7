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

test('who comes with a cluster that is replaced already waits until its successor knows the layout', async () => {
  const refused = new Error('refused');
  const first = cluster({ refresh: refused });
  const made = [first, cluster({ connect: refused })];
  const clusters = connectedClusters({
    create: () => made.shift() ?? cluster({}),
    contact: { failed: () => undefined, tried: () => undefined },
    stopping: new AbortController().signal,
  });
  await clusters.connect(['t']);
  void clusters.relearn();
  await expect.poll(() => clusters.now() !== first).toBe(true);
  expect(clusters.connected()).toBe(false);
  await clusters.relearn(first);
  expect(clusters.connected()).toBe(true);
});

test('each connection that fails while the cluster is replaced is the group’s outage, a layout not learnt is none', async () => {
  const refused = new Error('refused');
  const made = [
    cluster({ refresh: new Error('no layout') }),
    cluster({ connect: refused }),
    cluster({ connect: refused }),
  ];
  const told: unknown[] = [];
  const clusters = connectedClusters({
    create: () => made.shift() ?? cluster({}),
    contact: {
      failed: (peer, error) => void told.push([peer, error]),
      tried: () => void told.push('tried'),
    },
    stopping: new AbortController().signal,
  });
  await clusters.connect(['t']);
  await clusters.relearn();
  expect(told).toEqual(['tried', ['group', refused], ['group', refused]]);
  expect(clusters.connected()).toBe(true);
});
