import { sleep } from '../sleep.ts';
import type { KafkaCluster } from './cluster.ts';
import { partitionsOf } from './membership.ts';

/** How often the cluster's layout is asked for: partitions that were added, topics that were deleted. */
const INTERVAL_MS = 30_000;
const INTERVAL_WHILE_MISSING_MS = 2_000;

export interface LayoutWatchOptions {
  readonly clusterNow: () => KafkaCluster;
  readonly topics: readonly string[];
  /** Asks whether the topics are still the same. Bounded; throws what kafkajs throws. */
  readonly checkTopics: () => Promise<void>;
  readonly failed: (error: unknown) => void;
}

export interface LayoutWatch {
  /** Looks again and again until `over` aborts. `looked` hears of each look, and whether the layout is another one. */
  watchUntil(over: AbortSignal, looked: (isChanged: boolean) => void): Promise<void>;
  missingTopics(): readonly string[];
}

/** What the cluster's metadata say of the topics: those that are missing, and partitions that came or went. */
export function createLayoutWatch(options: LayoutWatchOptions): LayoutWatch {
  const { clusterNow, topics } = options;
  let missing: string[] = [];

  const layout = (): string => JSON.stringify([...partitionsOf(clusterNow(), topics)]);

  async function watchUntil(over: AbortSignal, looked: (isChanged: boolean) => void): Promise<void> {
    const before = layout();
    for (;;) {
      missing = topics.filter((topic) => clusterNow().topicPartitions(topic).length === 0);
      if (!(await sleep(missing.length === 0 ? INTERVAL_MS : INTERVAL_WHILE_MISSING_MS, over))) return;
      // Who could not look has seen no change: a new client of an outage knows no layout at all.
      let isChanged = false;
      try {
        await clusterNow().refreshMetadata();
        isChanged = layout() !== before;
        await options.checkTopics();
      } catch (error) {
        options.failed(error);
      }
      looked(isChanged);
    }
  }

  return { watchUntil, missingTopics: () => missing };
}
