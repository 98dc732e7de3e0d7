import { sleep } from '../sleep.ts';
import type { KafkaCluster } from './cluster.ts';
import { partitionsOf, type Generation } from './membership.ts';

/** How often the cluster's layout is asked for: partitions that were added, topics that were deleted. */
const INTERVAL_MS = 30_000;
/** The same while a partition is known to have no leader, or a topic no partition: nothing else may ask for it any more. */
const INTERVAL_WHILE_UNWELL_MS = 2_000;

export interface LayoutWatchOptions {
  readonly clusterNow: () => KafkaCluster;
  readonly topics: readonly string[];
  /** Asks whether the topics are still the same. Bounded; throws what kafkajs throws. */
  readonly checkTopics: () => Promise<void>;
  readonly failed: (error: unknown) => void;
}

type Dealt = Generation['dealt'];

export interface LayoutListener {
  /**
   * Hears of each look, and whether the layout is another one than what was dealt: not what the look before has seen, for
   * brokers that lag behind may have been asked for the deal. Who has dealt nothing, and so cannot deal anew, gives null, and
   * never hears so.
   */
  looked(isOutdated: boolean): void;
  /** Every 2 s: whoever met trouble may have learnt the layout anew meanwhile, or a new client may know it only now. */
  passed(): void;
}

export interface LayoutWatch {
  /** Looks again and again until `over` aborts. */
  watchUntil(over: AbortSignal, dealt: Dealt, listener: LayoutListener): Promise<void>;
  missingTopics(): readonly string[];
}

/** What the cluster's metadata say of the topics: those that are missing, and partitions that came or went. */
export function createLayoutWatch(options: LayoutWatchOptions): LayoutWatch {
  const { clusterNow, topics } = options;
  let missing: string[] = [];

  function isOther(dealt: Dealt): boolean {
    if (dealt === null) return false;
    const now = partitionsOf(clusterNow(), [...dealt.keys()]);
    return JSON.stringify([...now]) !== JSON.stringify([...dealt]);
  }

  async function watchUntil(over: AbortSignal, dealt: Dealt, listener: LayoutListener): Promise<void> {
    for (;;) {
      if (!(await isTime(over, listener))) return;
      // Who could not look has seen no change: a new client of an outage knows no layout at all.
      let isOutdated = false;
      try {
        // A client that was made anew knows of this member's topics only.
        const foreign = [...(dealt?.keys() ?? [])].filter((topic) => !topics.includes(topic));
        if (foreign.length > 0) await clusterNow().addTargetTopics(foreign);
        await clusterNow().refreshMetadata();
        isOutdated = isOther(dealt);
        await options.checkTopics();
      } catch (error) {
        options.failed(error);
      }
      listener.looked(isOutdated);
    }
  }

  /** Whoever meets trouble learns the layout anew, so that it may be known to be unwell at any moment. */
  async function isTime(over: AbortSignal, { passed }: LayoutListener): Promise<boolean> {
    for (let waitedMs = 0; waitedMs < INTERVAL_MS; waitedMs += INTERVAL_WHILE_UNWELL_MS) {
      missing = topics.filter((topic) => clusterNow().topicPartitions(topic).length === 0);
      if (!(await sleep(INTERVAL_WHILE_UNWELL_MS, over))) return false;
      if (isUnwell()) return true;
      passed();
    }
    return true;
  }

  const isUnwell = (): boolean =>
    topics.some((topic) => {
      const partitions = clusterNow().topicPartitions(topic);
      return partitions.length === 0 || partitions.some(({ leader }) => leader < 0);
    });

  return { watchUntil, missingTopics: () => missing };
}
