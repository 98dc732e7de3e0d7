import type { LogRecord } from '../checker/evidence.ts';
import { stockClient } from './kafka-client.ts';
import { until } from './until.ts';

const READ_TIMEOUT_MS = 120_000;

/**
 * Everything that the topics hold now, committed transactions only, read by another client than the consumer's.
 * @throws Error where the ends are not reached within two minutes
 */
export async function readTopics(
  bootstrap: string,
  topics: readonly string[],
  groupId: string,
): Promise<LogRecord[]> {
  const kafka = stockClient(bootstrap, 'reader');
  const left = await unreadEnds(bootstrap, topics);
  if (left.size === 0) return [];
  const reader = kafka.consumer({ groupId, readUncommitted: false, maxWaitTimeInMs: 200 });
  const records: LogRecord[] = [];
  await reader.connect();
  await reader.subscribe({ topics: [...topics], fromBeginning: true });
  await reader.run({
    eachBatch: async ({ batch }) => {
      const { topic, partition } = batch;
      for (const { offset, key, value, headers, timestamp } of batch.messages) {
        records.push({
          topic,
          partition,
          offset: Number(offset),
          key,
          value,
          headers: Object.entries(headers ?? {}).flatMap(([name, values]) =>
            (Array.isArray(values) ? values : [values]).map((one) => ({ name, value: bytesOf(one) })),
          ),
          timestampMs: Number(timestamp),
        });
      }
      const name = `${topic}/${partition}`;
      if (Number(batch.lastOffset()) + 1 >= (left.get(name) ?? 0)) left.delete(name);
    },
  });
  const complete = await until(() => left.size === 0, READ_TIMEOUT_MS);
  await reader.disconnect();
  if (!complete) throw new Error(`${[...left.keys()].join()} could not be read to the end`);
  return records;
}

const bytesOf = (value: Buffer | string | null | undefined): Buffer | null =>
  typeof value === 'string' ? Buffer.from(value) : (value ?? null);

/** Where each log ends, by `topic/partition`; a topic that is not there has none. */
export async function partitionEnds(
  bootstrap: string,
  topics: readonly string[],
): Promise<Map<string, number>> {
  const bounds = await partitionBounds(bootstrap, topics);
  return new Map(bounds.map(({ name, end }) => [name, end]));
}

// Of a log whose records were all deleted, none can be read up to its end.
async function unreadEnds(bootstrap: string, topics: readonly string[]): Promise<Map<string, number>> {
  const bounds = await partitionBounds(bootstrap, topics);
  return new Map(bounds.filter(({ start, end }) => start < end).map(({ name, end }) => [name, end]));
}

interface Bounds {
  /** `topic/partition` */
  name: string;
  start: number;
  end: number;
}

async function partitionBounds(bootstrap: string, topics: readonly string[]): Promise<Bounds[]> {
  const admin = stockClient(bootstrap, 'ends').admin();
  await admin.connect();
  try {
    const there = await admin.listTopics();
    const bounds: Bounds[] = [];
    for (const topic of topics.filter((name) => there.includes(name))) {
      for (const { partition, low, high } of await admin.fetchTopicOffsets(topic))
        bounds.push({ name: `${topic}/${partition}`, start: Number(low), end: Number(high) });
    }
    return bounds;
  } finally {
    await admin.disconnect();
  }
}
