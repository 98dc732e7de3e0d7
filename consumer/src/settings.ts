import { addresses, topicName, topicNames } from '@event-pipeline/runtime/kafka-settings.ts';
import {
  httpUrl,
  logLevel,
  port,
  seconds,
  text,
  wholeNumber,
} from '@event-pipeline/runtime/setting-kinds.ts';
import { defaultDeadLetterTopic } from '@event-pipeline/schemas/topics.ts';
import { readEnvironment, type Reading, type Values } from '@event-pipeline/runtime/settings.ts';

/** What the environment can set. The README's table is checked against this one. */
export const settingsTable = {
  bootstrap: addresses('KAFKA_BOOTSTRAP_SERVERS', { default: 'localhost:9092' }),
  groupId: text('CONSUMER_GROUP_ID', { default: 'kafka-group' }),
  topics: topicNames('KAFKA_TOPICS', { default: 'kafka-topics1,kafka-topics2' }),
  dlqTopic: topicName('DLQ_TOPIC', { default: defaultDeadLetterTopic }),
  maxBatchSize: wholeNumber('MAX_BATCH_SIZE', { default: '100', min: 1 }),
  pollTimeoutMs: seconds('POLL_TIMEOUT_SEC', { default: '1.0', min: 0.01, max: 60 }),
  maxConcurrency: wholeNumber('MAX_CONCURRENCY', { default: '64', min: 1 }),
  maxRetries: wholeNumber('MAX_RETRIES', { default: '3', min: 0 }),
  retryBackoffMs: seconds('RETRY_BACKOFF_SEC', { default: '2', min: 0 }),
  retryBackoffMaxMs: seconds('RETRY_BACKOFF_MAX_SEC', { default: '30', min: 0 }),
  handlerTimeoutMs: seconds('HANDLER_TIMEOUT_SEC', { default: '60', above: 0 }),
  commitIntervalMessages: wholeNumber('COMMIT_INTERVAL_MESSAGES', { default: '100', min: 1 }),
  commitIntervalMs: seconds('COMMIT_INTERVAL_SEC', { default: '5', above: 0 }),
  sessionTimeoutMs: seconds('SESSION_TIMEOUT_SEC', { default: '30', min: 6, max: 1800 }),
  shutdownTimeoutMs: seconds('SHUTDOWN_TIMEOUT_SEC', { default: '15', min: 0 }),
  maxRecordBytes: wholeNumber('MAX_RECORD_BYTES', { default: '10485760', min: 1024 }),
  lagIntervalMs: seconds('LAG_MONITOR_INTERVAL_SEC', { default: '60', above: 0 }),
  metricsPort: port('METRICS_PORT', { default: '8000' }),
  logLevel: logLevel('LOG_LEVEL', { default: 'INFO' }),
  forwardUrl: httpUrl('FORWARD_URL'),
  forwardTimeoutMs: seconds('FORWARD_TIMEOUT_SEC', { default: '10', above: 0 }),
};

export type ConsumerSettings = Values<typeof settingsTable>;

/** Reads all settings of the consumer; pure. Times come as milliseconds. */
export function readSettings(
  environment: Readonly<Record<string, string | undefined>>,
): Reading<typeof settingsTable> {
  return readEnvironment(settingsTable, environment, [
    {
      needs: ['topics', 'dlqTopic'],
      blames: 'dlqTopic',
      holds: ({ topics, dlqTopic }) => !topics.includes(dlqTopic),
      rule: 'not be one of KAFKA_TOPICS: each dead letter would be consumed, and become another',
    },
  ]);
}
