import type { KafkaCluster } from '@event-pipeline/runtime/kafkajs/cluster.ts';
import { describeTopicConfig } from '@event-pipeline/runtime/topics.ts';
import type { Logger } from 'pino';

/** A dead letter topic that forgets is legal, and seldom meant: it is said once, at the start. */
export async function warnOfRetention(cluster: KafkaCluster, topic: string, log: Logger): Promise<void> {
  const config = await describeTopicConfig(cluster, topic, ['retention.ms']).catch(() => null);
  const retention = config?.get('retention.ms');
  if (retention === undefined || retention === null || retention === '-1') return;
  log.warn({ topic, 'retention.ms': retention }, 'the dead letter topic deletes letters after a time');
}
