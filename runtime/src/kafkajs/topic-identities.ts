import type { KafkaCluster } from './cluster.ts';

export interface TopicIdentities {
  /** Asks for the ids of the topics as they are now. Bounded; throws what kafkajs throws. */
  look(): Promise<void>;
  /** In hexadecimal; null where it is not known, as with brokers before Kafka 2.8. */
  idOf(topic: string): string | null;
}

/**
 * Tells a topic from one of the same name that took its place: offsets of the one say nothing of the other, and nothing
 * else shows it where the new log has grown past them.
 * `madeAnew` is called when a topic has another id than it had; an id that was replaced never comes back, so that a
 * broker that lags behind does not undo it.
 */
export function createTopicIdentities(options: {
  readonly clusterNow: () => KafkaCluster;
  readonly topics: readonly string[];
  readonly madeAnew: (topic: string, id: string) => void;
}): TopicIdentities {
  const ids = new Map<string, string>();
  const replaced = new Set<string>();

  async function look(): Promise<void> {
    const broker = await options.clusterNow().anyBroker();
    for (const [topic, id] of (await broker.topicIds(options.topics)) ?? []) {
      const before = ids.get(topic);
      if (before === id || replaced.has(id)) continue;
      ids.set(topic, id);
      if (before === undefined) continue;
      replaced.add(before);
      options.madeAnew(topic, id);
    }
  }

  return { look, idOf: (topic) => ids.get(topic) ?? null };
}
