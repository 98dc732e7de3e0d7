import { rebuildOriginal } from '@event-pipeline/schemas/read-letter.ts';
import kafkajs from 'kafkajs';
import { expect, test } from 'vitest';
import { ownKafka } from '../broker/test/own-kafka.ts';
import { startConsumer, total, until, type RunningConsumer } from '../consumer/test/consumer-process.ts';
import { producing, sentLines } from '../producer/test/producing.ts';
import { readTopics, type ReadRecord } from '../producer/test/read-topics.ts';

const EVENTS = 5_000;
const POISON = 500;
const lastMetrics = new URL('../producer/test/last-metrics.ts', import.meta.url);

type Place = Pick<ReadRecord, 'topic' | 'partition' | 'offset'>;

const place = ({ topic, partition, offset }: Place): string => `${topic}/${partition}/${offset}`;

/** Each record that a letter is about, as the letter rebuilds it, by its place; `values` are those of the letters. */
function rebuilt(values: readonly (Buffer | null)[]) {
  return new Map(values.map((value) => [place(JSON.parse(String(value)) as Place), rebuildOriginal(value)]));
}

const asOriginal = ({ key, value, headers, timestampMs }: ReadRecord) => ({
  key: key === null ? null : Buffer.from(key),
  value,
  headers,
  timestampMs,
});

async function committedAndEnds(bootstrap: string, groupId: string) {
  const admin = new kafkajs.Kafka({ brokers: [bootstrap], logLevel: kafkajs.logLevel.NOTHING }).admin();
  await admin.connect();
  const topics = ['kafka-topics1', 'kafka-topics2'];
  const committed: Record<string, string> = {};
  const ends: Record<string, string> = {};
  for (const { topic, partitions } of await admin.fetchOffsets({ groupId, topics })) {
    for (const { partition, offset } of partitions) committed[`${topic}/${partition}`] = offset;
    for (const { partition, high } of await admin.fetchTopicOffsets(topic))
      ends[`${topic}/${partition}`] = high;
  }
  await admin.disconnect();
  return { committed, ends };
}

function handledLines({ lines }: RunningConsumer) {
  const handled = lines.filter((line) => line['level'] === 'info' && 'eventId' in line && 'offset' in line);
  expect(handled.every(({ msg }) => msg === 'handled')).toBe(true);
  return handled as unknown as Place[];
}

test('a ledger: of 5,000 events, poison of every kind among them, each is handled once or has a letter that rebuilds it', async () => {
  const kafka = await ownKafka();
  await kafka.start();
  const settings = { KAFKA_BOOTSTRAP_SERVERS: kafka.bootstrap };
  const consumer = await startConsumer({ ...settings, RETRY_BACKOFF_SEC: '0' });
  const producer = producing(
    {
      ...settings,
      EVENT_COUNT: String(EVENTS),
      INVALID_RATIO: String(POISON / EVENTS),
      EVENTS_PER_SEC: '5000',
      SEED: '10',
    },
    [lastMetrics],
  );
  const { code, stderr: producerMetrics } = await producer.ended;
  expect(code).toBe(0);
  await until(async () => total(await consumer.metrics(), 'consumer_records_settled_total') >= EVENTS);
  await until(async () => total(await consumer.metrics(), 'kafka_consumer_lag') === 0);
  const metrics = await consumer.metrics();
  expect(await consumer.end('SIGTERM')).toBe(0);

  const written = await readTopics(kafka.bootstrap);
  expect(written).toHaveLength(EVENTS);
  expect(sentLines(producer)).toHaveLength(EVENTS);
  const letters = rebuilt((await readTopics(kafka.bootstrap, ['DLQ'])).map(({ value }) => value));
  const handled = new Set(handledLines(consumer).map(place));
  expect([handled.size, handledLines(consumer).length]).toEqual([EVENTS - POISON, EVENTS - POISON]);
  expect(letters.size).toBe(POISON);
  const byPlace = new Map(written.map((record) => [place(record), record]));
  expect(new Set([...handled, ...letters.keys()])).toEqual(new Set(byPlace.keys()));
  for (const [at, original] of letters) expect(original).toEqual(asOriginal(byPlace.get(at) as ReadRecord));

  const { committed, ends } = await committedAndEnds(kafka.bootstrap, 'kafka-group');
  expect(committed).toEqual(ends);
  const counted = (name: string) => total(metrics, name);
  expect(total(producerMetrics, 'producer_events_sent_total')).toBe(EVENTS);
  expect(counted('consumer_records_received_total')).toBe(EVENTS);
  expect(counted('consumer_records_settled_total')).toBe(EVENTS);
  expect(counted('consumer_events_handled_total')).toBe(EVENTS - POISON);
  expect(counted('consumer_dead_letters_total')).toBe(POISON);
  expect(producerMetrics).toContain(`producer_events_sent_total{event_type="invalid"} ${POISON}`);
}, 90_000);
