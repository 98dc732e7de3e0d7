import type { KafkaBroker } from './cluster.ts';
import type { FetchTarget } from './group-types.ts';

/** ListOffsets' names for the two ends of a log (Kafka protocol, ListOffsets: −2 earliest, −1 latest). */
export const EARLIEST = -2;
export const LATEST = -1;

/** With isolation read_committed, "latest" is the last stable offset: what open transactions hold back is not in it. */
const READ_COMMITTED = 1;

/**
 * One end of each partition's log, asked of the broker that leads them.
 * @returns offsets by partition name `topic/partition`; partitions that the broker could not answer for are left out.
 */
export async function listOffsets(
  broker: KafkaBroker,
  partitions: readonly { topic: string; partition: number }[],
  end: typeof EARLIEST | typeof LATEST,
): Promise<Map<string, number>> {
  const { responses } = await broker.listOffsets({
    isolationLevel: READ_COMMITTED,
    topics: partitions.map(({ topic, partition }) => ({
      topic,
      partitions: [{ partition, timestamp: end }],
    })),
  });
  const offsets = new Map<string, number>();
  for (const { topic, partitions: answers } of responses) {
    for (const { partition, offset } of answers) offsets.set(`${topic}/${partition}`, Number(offset));
  }
  return offsets;
}

/**
 * Where to go on when the broker says that positions are outside their logs, or there are none: at the earliest offsets
 * that are left, one for each partition, in one request. kafkajs commits −2 in the middle of it and says nothing of what
 * was lost (#1119).
 */
export async function earliestPositions(
  broker: KafkaBroker,
  targets: readonly { topic: string; partition: number }[],
): Promise<number[]> {
  const offsets = await listOffsets(broker, targets, EARLIEST);
  return targets.map(({ topic, partition }) => {
    const offset = offsets.get(`${topic}/${partition}`);
    if (offset === undefined) throw new Error(`no earliest offset for ${topic}/${partition}`);
    return offset;
  });
}

/** Those without a position begin at the earliest offset that there is. */
export async function placeAtEarliest(broker: KafkaBroker, targets: readonly FetchTarget[]): Promise<void> {
  const unplaced = targets.filter(({ position }) => position === null);
  if (unplaced.length === 0) return;
  const positions = await earliestPositions(broker, unplaced);
  for (const [index, target] of unplaced.entries()) target.position ??= positions[index] ?? null;
}
