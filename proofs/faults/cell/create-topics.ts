import type { Cluster } from '@event-pipeline/broker/start-cluster.ts';
import { stockClient } from './kafka-client.ts';
import { partitionEnds } from './read-topics.ts';
import { until } from './until.ts';

/** Of each topic, at first. */
export const PARTITIONS = 3;

const THERE_TIMEOUT_MS = 60_000;

/** Makes topics, and waits until they are there. @throws Error where they are not within a minute */
export async function createTopics(cluster: Cluster, topics: readonly string[]): Promise<void> {
  const admin = stockClient(cluster.bootstrap, 'cell').admin();
  await admin.connect();
  const replicationFactor = cluster.nodes.length;
  await admin.createTopics({
    // kafkajs's own wait fails where a topic is not known everywhere yet.
    waitForLeaders: false,
    topics: topics.map((topic) => ({ topic, numPartitions: PARTITIONS, replicationFactor })),
  });
  await admin.disconnect();
  const there = async () =>
    (await partitionEnds(cluster.bootstrap, topics)).size === topics.length * PARTITIONS;
  if (!(await until(() => there().catch(() => false), THERE_TIMEOUT_MS)))
    throw new Error(`${topics.join()} did not come to be`);
}
