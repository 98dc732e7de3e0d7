import { setTimeout as sleep } from 'node:timers/promises';
import kafkajs from 'kafkajs';
import { partitionForKey } from '@event-pipeline/runtime/kafkajs/murmur2.ts';
import type { Data } from './data.ts';
import { makeEvents, type BenchEvent } from './events.ts';

const { Kafka, logLevel } = kafkajs;
/** A producer's batch: so many records of one partition, less where they are large. */
const BATCH_RECORDS = 200;
const BATCH_BYTES = 400_000;
/** Distinct events; a topic with more records has them again and again. */
const POOL_EVENTS = 20_000;
const POOL_BYTES = 32_000_000;
const SENDS_AT_ONCE = 3;
const LEADERS_MAX_MS = 30_000;

export interface Topics {
  /** Creates the topic with nothing in it. */
  create(topic: string, partitions: number, config?: Readonly<Record<string, string>>): Promise<void>;
  /** Creates the topic and writes its records. */
  fill(topic: string, data: Data): Promise<void>;
  remove(topic: string): Promise<void>;
  close(): Promise<void>;
}

/** What the benchmark does to topics, over one connection. */
export async function connectTopics(bootstrap: string): Promise<Topics> {
  const kafka = new Kafka({ clientId: 'bench', brokers: bootstrap.split(','), logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();

  async function create(topic: string, partitions: number, config: Readonly<Record<string, string>> = {}) {
    const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }));
    const topics = [{ topic, numPartitions: partitions, configEntries }];
    await admin.createTopics({ waitForLeaders: false, topics });
    // kafkajs's own wait fails where the broker has not heard of the topic yet.
    const deadline = performance.now() + LEADERS_MAX_MS;
    while (!(await hasLeaders(topic, partitions))) {
      if (performance.now() > deadline) throw new Error(`${topic} has no leaders after ${LEADERS_MAX_MS} ms`);
      await sleep(100);
    }
  }

  async function hasLeaders(topic: string, partitions: number): Promise<boolean> {
    const metadata = await admin.fetchTopicMetadata({ topics: [topic] }).catch(() => null);
    const led = metadata?.topics[0]?.partitions.filter(({ leader }) => leader >= 0) ?? [];
    return led.length === partitions;
  }

  async function fill(topic: string, data: Data): Promise<void> {
    await create(topic, data.partitions, data.compression ? { 'compression.type': data.compression } : {});
    const messages = poolOf(data);
    const chunk = Math.min(messages.length, batchRecords(data) * data.partitions);
    // A producer of its own: kafkajs asks for every topic that it ever wrote to, and fails where one is gone.
    const producer = kafka.producer();
    await producer.connect();
    let written = 0;
    const write = async () => {
      while (written < data.records) {
        const from = written % messages.length;
        const part = messages.slice(from, from + Math.min(chunk, data.records - written));
        written += part.length;
        await producer.send({ topic, acks: 1, messages: part });
      }
    };
    await Promise.all(Array.from({ length: SENDS_AT_ONCE }, write));
    await producer.disconnect();
  }

  return {
    create,
    fill,
    remove: async (topic) => await admin.deleteTopics({ topics: [topic] }),
    close: () => admin.disconnect(),
  };
}

function batchRecords({ valueBytes }: Data): number {
  return Math.max(1, Math.min(BATCH_RECORDS, Math.floor(BATCH_BYTES / valueBytes)));
}

function poolOf(data: Data) {
  const count = Math.min(data.records, POOL_EVENTS, Math.ceil(POOL_BYTES / data.valueBytes));
  return makeEvents({ ...data, count }).map(({ key, value, headers }: BenchEvent) => ({
    key,
    value: Buffer.from(value),
    headers,
    partition: partitionForKey(Buffer.from(key), data.partitions),
  }));
}
