/** How a topic is created where it is missing. */
export interface TopicPlan {
  readonly name: string;
  readonly partitions: number;
  /** Settings by Kafka's names; what is not here is the broker's default. */
  readonly config: Readonly<Record<string, string>>;
}

/** The name of the dead letter topic, unless it is set otherwise. */
export const defaultDeadLetterTopic = 'DLQ';

const inputPartitions = 6;
const maxLetterBytes = 16 * 1024 * 1024;

/** A topic that events come in on. */
export function inputTopicPlan(name: string): TopicPlan {
  return { name, partitions: inputPartitions, config: {} };
}

/** The topic of the dead letters. They wait for a person, so no retention may take them. */
export function deadLetterTopicPlan(name: string): TopicPlan {
  return {
    name,
    partitions: 1,
    config: { 'retention.ms': '-1', 'max.message.bytes': String(maxLetterBytes) },
  };
}
