import { describeTopicConfig, type TopicPlan } from '@event-pipeline/runtime/topics.ts';
import type { KafkaCluster } from '@event-pipeline/runtime/kafkajs/cluster.ts';
import type { Logger } from 'pino';
import type { ConsumerSettings } from './settings.ts';

const INPUT_PARTITIONS = 6;
const LETTER_MAX_BYTES = 16 * 1024 * 1024;

/** The input topics as they are created where they are missing. */
export function inputPlans({ topics }: ConsumerSettings): TopicPlan[] {
  return topics.map((name) => ({ name, partitions: INPUT_PARTITIONS, config: {} }));
}

/** The dead letter topic as it is created where it is missing: letters must not vanish, and must fit. */
export function dlqPlan({ dlqTopic }: ConsumerSettings): TopicPlan {
  return {
    name: dlqTopic,
    partitions: 1,
    config: { 'retention.ms': '-1', 'max.message.bytes': String(LETTER_MAX_BYTES) },
  };
}

/** A dead letter topic that forgets is legal, and seldom meant: it is said once, at the start. */
export async function warnOfRetention(cluster: KafkaCluster, topic: string, log: Logger): Promise<void> {
  const config = await describeTopicConfig(cluster, topic, ['retention.ms']).catch(() => null);
  const retention = config?.get('retention.ms');
  if (retention === undefined || retention === null || retention === '-1') return;
  log.warn({ topic, 'retention.ms': retention }, 'the dead letter topic deletes letters after a time');
}
