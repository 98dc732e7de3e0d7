import type { KafkaCluster } from './cluster.ts';
import { areMost, askMost, unsettled } from './most-brokers.ts';

export interface TopicIdentities {
  /**
   * Asks for the ids of the topics as they are now. Bounded; throws what kafkajs throws, and where a topic seems to be
   * another one, and brokers do not agree on it yet.
   */
  look(): Promise<void>;
  /** In hexadecimal; null where it is not known, as with brokers before Kafka 2.8. */
  idOf(topic: string): string | null;
}

/**
 * Tells a topic from one of the same name that took its place: offsets of the one say nothing of the other, and nothing
 * else shows it where the new log has grown past them.
 * `madeAnew` is called when a topic has another id than it had. What it does cannot be undone, so that more than half of
 * the brokers must name the new one: any of them may lag behind.
 */
export function createTopicIdentities(options: {
  readonly clusterNow: () => KafkaCluster;
  readonly topics: readonly string[];
  readonly madeAnew: (topic: string, id: string) => void;
}): TopicIdentities {
  const ids = new Map<string, string>();

  async function look(): Promise<void> {
    const broker = await options.clusterNow().anyBroker();
    for (const [topic, { id }] of (await broker.topicFacts(options.topics)) ?? []) {
      const before = ids.get(topic);
      if (id === null) continue;
      if (before === undefined) ids.set(topic, id);
      else if (before !== id) await settle(topic);
    }
  }

  async function settle(topic: string): Promise<void> {
    const agreed = await idForMost(options.clusterNow(), topic);
    if (agreed === null) throw unsettled(`the brokers do not agree yet on which topic ${topic} is`);
    // Two may look at once.
    if (ids.get(topic) === agreed) return;
    ids.set(topic, agreed);
    options.madeAnew(topic, agreed);
  }

  return { look, idOf: (topic) => ids.get(topic) ?? null };
}

/** The id that more than half of the brokers name; null where there is none. */
async function idForMost(cluster: KafkaCluster, topic: string): Promise<string | null> {
  return await askMost(
    cluster,
    async (broker) => (await broker.topicFacts([topic]))?.get(topic)?.id ?? null,
    (answers, brokers) => {
      const last = answers.at(-1) ?? null;
      return areMost(answers.filter((id) => id === last).length, brokers) ? last : null;
    },
  );
}
