import { randomUUID } from 'node:crypto';
import kafkajs from 'kafkajs';

/** A record as an ordinary client reads it. */
export interface ReadRecord {
  readonly topic: string;
  readonly partition: number;
  readonly key: string | null;
  readonly value: Buffer | null;
  readonly correlationId: string;
}

type Ends = Map<string, number>;

const topics = ['kafka-topics1', 'kafka-topics2'];

async function endsOf(kafka: InstanceType<typeof kafkajs.Kafka>): Promise<Ends> {
  const admin = kafka.admin();
  await admin.connect();
  const ends: Ends = new Map();
  for (const topic of topics) {
    for (const { partition, high, low } of await admin.fetchTopicOffsets(topic)) {
      if (Number(high) > Number(low)) ends.set(`${topic}/${partition}`, Number(high));
    }
  }
  await admin.disconnect();
  return ends;
}

/** All that stands on the two topics now, in the order of each partition. */
export async function readTopics(bootstrap: string): Promise<ReadRecord[]> {
  const kafka = new kafkajs.Kafka({ brokers: bootstrap.split(','), logLevel: kafkajs.logLevel.NOTHING });
  const ends = await endsOf(kafka);
  const consumer = kafka.consumer({ groupId: `read-${randomUUID()}`, maxWaitTimeInMs: 200 });
  await consumer.connect();
  await consumer.subscribe({ topics, fromBeginning: true });
  const records: ReadRecord[] = [];
  const { promise: all, resolve } = Promise.withResolvers<void>();
  if (ends.size === 0) resolve();
  await consumer.run({
    eachMessage: async ({ topic, partition, message }) => {
      const correlationId = String(message.headers?.['correlation-id']);
      const key = message.key === null ? null : String(message.key);
      records.push({ topic, partition, key, value: message.value, correlationId });
      const end = ends.get(`${topic}/${partition}`);
      if (end !== undefined && Number(message.offset) >= end - 1) ends.delete(`${topic}/${partition}`);
      if (ends.size === 0) resolve();
    },
  });
  await all;
  await consumer.disconnect();
  return records;
}
