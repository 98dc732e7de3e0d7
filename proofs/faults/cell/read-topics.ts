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
  const left = await partitionEnds(bootstrap, topics);
  for (const [name, end] of left) if (end === 0) left.delete(name);
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
  const admin = stockClient(bootstrap, 'ends').admin();
  await admin.connect();
  try {
    const there = await admin.listTopics();
    const ends = new Map<string, number>();
    for (const topic of topics.filter((name) => there.includes(name))) {
      for (const { partition, high } of await admin.fetchTopicOffsets(topic))
        ends.set(`${topic}/${partition}`, Number(high));
    }
    return ends;
  } finally {
    await admin.disconnect();
  }
}
