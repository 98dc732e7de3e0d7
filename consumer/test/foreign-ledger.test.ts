import kafkajs from 'kafkajs';
import { expect, test } from 'vitest';
import { ownKafka } from '../../broker/test/own-kafka.ts';
import { readTopics } from '../../producer/test/read-topics.ts';
import { startConsumer, total, until, type RunningConsumer } from './consumer-process.ts';
import {
  checkCommitted,
  checkCounters,
  checkForwarded,
  checkHandled,
  checkLetters,
  checkLogs,
  place,
  visibleOf,
} from './foreign/checks.ts';
import { withJavaClient, type Partition } from './foreign/java-client.ts';
import { foreignPlan, TOPICS, TRUNCATED } from './foreign/plan.ts';
import { sendRawBatches } from './foreign/raw-records.ts';
import { MAX_RECORD_BYTES } from './foreign/records.ts';
import { httpTarget, status, type HttpTarget } from './http-target.ts';

const GROUP = 'kafka-group';

function adminOf(bootstrap: string) {
  return new kafkajs.Kafka({ brokers: [bootstrap], logLevel: kafkajs.logLevel.NOTHING }).admin();
}

/** The topics, and a group that has committed where records are deleted afterwards. */
async function prepare(bootstrap: string): Promise<void> {
  const admin = adminOf(bootstrap);
  await admin.connect();
  const topics = TOPICS.map(({ topic, numPartitions, config }) => ({
    topic,
    numPartitions,
    configEntries: Object.entries(config).map(([name, value]) => ({ name, value })),
  }));
  await admin.createTopics({ waitForLeaders: true, topics });
  const { topic, partition, committed } = TRUNCATED;
  await admin.setOffsets({ groupId: GROUP, topic, partitions: [{ partition, offset: String(committed) }] });
  await admin.disconnect();
}

async function committedBy(bootstrap: string): Promise<Map<string, number>> {
  const admin = adminOf(bootstrap);
  await admin.connect();
  const answer = await admin.fetchOffsets({ groupId: GROUP, topics: TOPICS.map(({ topic }) => topic) });
  await admin.disconnect();
  return new Map(
    answer.flatMap(({ topic, partitions }) =>
      partitions.map(({ partition, offset }) => [`${topic}/${partition}`, Number(offset)] as const),
    ),
  );
}

/** Takes all but the events that are made for it. */
async function target(): Promise<HttpTarget> {
  return await httpTarget((response, received) => {
    const id = String(received.headers['idempotency-key']);
    status(id.startsWith('rejected ') ? 422 : id.startsWith('failing ') ? 500 : 204)(response, received);
  });
}

function handledLines({ lines }: RunningConsumer): string[] {
  const events = lines.filter((line) => line['level'] === 'info' && 'eventId' in line && 'offset' in line);
  expect(events.every(({ msg }) => msg === 'handled')).toBe(true);
  return events.map((line) => place(line as unknown as Partition & { offset: number }));
}

test('a ledger of 5,000 foreign records: each that is visible is handled once or has a letter that rebuilds it', async () => {
  const kafka = await ownKafka({ 'log.cleaner.backoff.ms': '200' });
  await kafka.start();
  await prepare(kafka.bootstrap);
  const raw = await sendRawBatches(kafka.bootstrap);
  const plan = foreignPlan();
  const { sent, seen } = await withJavaClient(kafka.bootstrap, plan);
  expect(sent).toHaveLength(plan.filter((step) => step.do === 'send').length);
  checkLogs(seen);
  const visible = visibleOf([...raw, ...sent], seen);
  expect(visible.length).toBeGreaterThan(5_000);

  await using web = await target();
  const consumer = await startConsumer({
    KAFKA_BOOTSTRAP_SERVERS: kafka.bootstrap,
    KAFKA_TOPICS: TOPICS.map(({ topic }) => topic).join(','),
    CONSUMER_GROUP_ID: GROUP,
    MAX_RECORD_BYTES: String(MAX_RECORD_BYTES),
    RETRY_BACKOFF_SEC: '0',
    FORWARD_URL: web.url,
  });
  await until(
    async () => total(await consumer.metrics(), 'consumer_records_settled_total') >= visible.length,
  );
  await until(async () => total(await consumer.metrics(), 'kafka_consumer_lag') === 0);
  const metrics = await consumer.metrics();
  expect(await consumer.end('SIGTERM')).toBe(0);

  const handled = visible.filter(({ record }) => record.outcome === 'handled');
  const refused = visible.filter(({ record }) => record.outcome !== 'handled');
  checkHandled(handledLines(consumer), visible);
  checkLetters(await readTopics(kafka.bootstrap, ['DLQ']), refused);
  checkForwarded(web, handled);
  checkCommitted(await committedBy(kafka.bootstrap), seen);
  checkCounters(metrics, handled, refused);
}, 180_000);
