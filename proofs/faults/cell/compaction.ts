import kafkajs from 'kafkajs';
import { asAdmin } from './admin.ts';
import type { Cell } from './cell.ts';
import type { MadeRecord } from './make-record.ts';
import { until } from './until.ts';

/** Over those of a scenario's own brokers: their cleaner looks for work four times a second. */
export const busyCleaner = { 'log.cleaner.backoff.ms': '250' };

/** After so long a segment is closed by the next record, so that the cleaner may have it. */
export const SEGMENT_MS = 1_000;

/** A compacted topic takes no record without a key. */
export const withKey = (record: MadeRecord): MadeRecord =>
  record.key === null ? { ...record, key: Buffer.from('key-of-none') } : record;

/** The input topics are compacted from now on, tombstones too, as soon as a segment is closed. @throws what kafkajs throws */
export async function compact(cell: Cell): Promise<void> {
  cell.allowance.startCompaction();
  await configure(cell, {
    'cleanup.policy': 'compact',
    'segment.ms': String(SEGMENT_MS),
    'min.cleanable.dirty.ratio': '0.001',
    'delete.retention.ms': '0',
  });
}

/** What is in the input topics from now on stays. @throws what kafkajs throws */
export const keepAll = (cell: Cell): Promise<void> => configure(cell, { 'cleanup.policy': 'delete' });

/** All that is not named goes back to the brokers' defaults. */
function configure(cell: Cell, config: Readonly<Record<string, string>>): Promise<void> {
  const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }));
  const resources = cell.topics.map((name) => ({
    type: kafkajs.ConfigResourceTypes.TOPIC,
    name,
    configEntries,
  }));
  return asAdmin(cell, async (admin) => {
    await admin.alterConfigs({ validateOnly: false, resources });
  });
}

/**
 * By `topic/partition`, the first offset that still holds something written at this time or later, a transaction's marker
 * too; the log's end where there is nothing. As the cleaner goes on it grows. @throws what kafkajs throws
 */
export function firstOffsets(cell: Cell, sinceMs: number): Promise<Map<string, number>> {
  return asAdmin(cell, async (admin) => {
    const first = new Map<string, number>();
    for (const topic of cell.topics) {
      for (const { partition, offset } of await admin.fetchTopicOffsetsByTimestamp(topic, sinceMs))
        first.set(`${topic}/${partition}`, Number(offset));
    }
    return first;
  });
}

/** Waits, no longer than so, until the cleaner has taken what stood first of all since that time, in one partition at least. */
export async function cleanerTook(
  cell: Cell,
  sinceMs: number,
  before: ReadonlyMap<string, number>,
  timeoutMs: number,
): Promise<boolean> {
  return until(async () => {
    const now = await firstOffsets(cell, sinceMs);
    return [...now].some(([name, offset]) => offset > (before.get(name) ?? Infinity));
  }, timeoutMs);
}
