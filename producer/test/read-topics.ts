import { randomUUID } from 'node:crypto';
import kafkajs from 'kafkajs';

/** A record as an ordinary client reads it. */
export interface ReadRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly timestampMs: number;
  readonly key: string | null;
  readonly value: Buffer | null;
  readonly headers: readonly { readonly name: string; readonly value: Buffer }[];
  readonly correlationId: string;
}

type Ends = Map<string, number>;

const inputTopics = ['kafka-topics1', 'kafka-topics2'];

async function endsOf(kafka: InstanceType<typeof kafkajs.Kafka>, topics: readonly string[]): Promise<Ends> {
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

/** All that stands on the topics now, in the order of each partition; the two input topics unless others are named. */
export async function readTopics(
  bootstrap: string,
  topics: readonly string[] = inputTopics,
): Promise<ReadRecord[]> {
  const kafka = new kafkajs.Kafka({ brokers: bootstrap.split(','), logLevel: kafkajs.logLevel.NOTHING });
  const ends = await endsOf(kafka, topics);
  const consumer = kafka.consumer({ groupId: `read-${randomUUID()}`, maxWaitTimeInMs: 200 });
  await consumer.connect();
  await consumer.subscribe({ topics: [...topics], fromBeginning: true });
  const records: ReadRecord[] = [];
  const { promise: all, resolve } = Promise.withResolvers<void>();
  if (ends.size === 0) resolve();
  await consumer.run({
    eachMessage: async ({ topic, partition, message }) => {
      const offset = Number(message.offset);
      const headers = headersOf(message.headers ?? {});
      records.push({
        topic,
        partition,
        offset,
        timestampMs: Number(message.timestamp),
        key: message.key === null ? null : String(message.key),
        value: message.value,
        headers,
        correlationId: String(message.headers?.['correlation-id']),
      });
      const end = ends.get(`${topic}/${partition}`);
      if (end !== undefined && offset >= end - 1) ends.delete(`${topic}/${partition}`);
      if (ends.size === 0) resolve();
    },
  });
  await all;
  await consumer.disconnect();
  return records;
}

/** kafkajs gives what is repeated as a list; nobody here writes text. */
function headersOf(headers: kafkajs.IHeaders): ReadRecord['headers'] {
  return Object.entries(headers).flatMap(([name, value]) =>
    [value ?? []].flat().map((one) => ({ name, value: Buffer.from(one as Buffer) })),
  );
}
