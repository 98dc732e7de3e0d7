import { createCluster } from '@event-pipeline/runtime/kafkajs/cluster.ts';
import { faultOf } from '@event-pipeline/runtime/kafkajs/errors.ts';
import { partitionForKey } from '@event-pipeline/runtime/kafkajs/murmur2.ts';
import { createSender, type Sender } from '@event-pipeline/runtime/kafkajs/send.ts';
import { ensureTopics, type TopicsState } from '@event-pipeline/runtime/topics.ts';
import {
  deadLetterTopicPlan,
  defaultDeadLetterTopic,
  inputTopicPlan,
} from '@event-pipeline/schemas/topics.ts';
import type { Logger } from 'pino';

/** The producer's side of Kafka. */
export interface ProducerKafka {
  readonly sender: Sender;
  /** How many partitions a topic has, as it was seen last. Known once the topics are there. */
  readonly partitionsOf: (topic: string) => number;
  /** Which one of so many partitions a key belongs to, as Java's client places it. */
  readonly partitionForKey: typeof partitionForKey;
  /** Waits for Kafka and the topics, and creates those that are missing. Resolves to false when asked to stop first. */
  readonly topicsAreThere: () => Promise<boolean>;
  /** Looks into a failure to send: a topic that is gone is created again. */
  readonly sendFailed: (error: unknown) => void;
  /** Ends the connection; what is still under way fails. */
  readonly close: () => Promise<void>;
}

/** Opens nothing yet: Kafka may be away, and `topicsAreThere` waits for it. */
export function openKafka(options: {
  readonly bootstrap: readonly string[];
  readonly topics: readonly string[];
  readonly log: Logger;
  readonly stop: AbortSignal;
  readonly giveUp: AbortSignal;
  readonly onTopics: (state: TopicsState) => void;
}): ProducerKafka {
  const { bootstrap, topics, log, stop, giveUp, onTopics } = options;
  const cluster = createCluster({ bootstrap, clientId: 'producer', log });
  const plans = [...topics.map(inputTopicPlan), deadLetterTopicPlan(defaultDeadLetterTopic)];
  const lastSeen = new Map<string, number>();
  let restoring = false;

  const ensure = (signal: AbortSignal): Promise<boolean> =>
    ensureTopics({ cluster, topics: plans, log, signal, onState: onTopics });

  const restore = async (): Promise<void> => {
    try {
      await ensure(giveUp);
    } catch (error) {
      log.error({ err: error }, 'the topics could not be looked at');
    } finally {
      restoring = false;
    }
  };

  const partitionsOf = (topic: string): number => {
    const { length } = cluster.topicPartitions(topic);
    // None: it is gone, or nobody could tell. It will be there again.
    if (length > 0) lastSeen.set(topic, length);
    const count = lastSeen.get(topic);
    if (count === undefined) throw new Error(`the partitions of ${topic} are not known yet`);
    return count;
  };

  return {
    sender: createSender({ cluster }),
    partitionForKey,
    partitionsOf,
    topicsAreThere: async () => {
      const there = await ensure(stop);
      // From here on they are known, also while one of them is missing.
      if (there) topics.forEach(partitionsOf);
      return there && !stop.aborted;
    },
    sendFailed: (error) => {
      if (restoring || faultOf(error).type !== 'UNKNOWN_TOPIC_OR_PARTITION') return;
      restoring = true;
      void restore();
    },
    close: () => cluster.disconnect(),
  };
}
