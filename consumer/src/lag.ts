import type { KafkaCluster } from '@event-pipeline/runtime/kafkajs/cluster.ts';
import { EARLIEST, LATEST, listOffsets } from '@event-pipeline/runtime/kafkajs/positions.ts';
import { sleep } from '@event-pipeline/runtime/sleep.ts';
import type { OwnedPartition } from './receive.ts';

/** Both ends of a partition's log; the end is the last stable offset, which open transactions hold back. */
export interface LogEnds {
  readonly start: number;
  readonly end: number;
}

export interface LagMonitor {
  /** Reads log ends again at the interval, and soon where something is not known. Ends when `signal` aborts. */
  run(signal: AbortSignal): Promise<void>;
  /** Records that are not committed yet; null until the log's ends are known. */
  lagOf(partition: OwnedPartition): number | null;
  /** How old the oldest record that is not committed is, in seconds; 0 without lag, null until one has come. */
  lagSecondsOf(partition: OwnedPartition): number | null;
  /** Whether the lag of all owned partitions is known. */
  known(): boolean;
}

const SOON_MS = 250;

/** Looks at how far behind the group is; no step of a record's way calls it or waits for it. */
export function createLagMonitor(options: {
  readonly cluster: () => KafkaCluster | null;
  readonly owned: () => Iterable<OwnedPartition>;
  readonly intervalMs: number;
  readonly now: () => number;
}): LagMonitor {
  const { owned, now } = options;
  const ends = new WeakMap<OwnedPartition, LogEnds>();

  const known = (): boolean => [...owned()].every((partition) => ends.has(partition));

  async function run(signal: AbortSignal): Promise<void> {
    let readAt = -Infinity;
    while (await sleep(Math.min(SOON_MS, options.intervalMs), signal)) {
      if (known() && now() - readAt < options.intervalMs) continue;
      const cluster = options.cluster();
      if (cluster === null) continue;
      // What cannot be read now is read soon: the values stay what they were.
      await read(cluster).catch(() => undefined);
      readAt = now();
    }
  }

  async function read(cluster: KafkaCluster): Promise<void> {
    const byLeader = new Map<number, OwnedPartition[]>();
    for (const partition of owned()) {
      const found = cluster.topicPartitions(partition.topic).find((p) => p.partition === partition.partition);
      if (found === undefined || found.leader < 0) continue;
      byLeader.set(found.leader, [...(byLeader.get(found.leader) ?? []), partition]);
    }
    await Promise.all([...byLeader].map(([nodeId, partitions]) => readFrom(cluster, nodeId, partitions)));
  }

  async function readFrom(
    cluster: KafkaCluster,
    nodeId: number,
    partitions: OwnedPartition[],
  ): Promise<void> {
    const broker = await cluster.broker(nodeId);
    const starts = await listOffsets(broker, partitions, EARLIEST);
    const latest = await listOffsets(broker, partitions, LATEST);
    for (const partition of partitions) {
      const start = starts.get(partition.name);
      const end = latest.get(partition.name);
      if (start !== undefined && end !== undefined) ends.set(partition, { start, end });
    }
  }

  function lagOf(partition: OwnedPartition): number | null {
    const log = ends.get(partition);
    return log === undefined
      ? null
      : Math.max(0, log.end - Math.max(partition.committed ?? log.start, log.start));
  }

  function lagSecondsOf(partition: OwnedPartition): number | null {
    const lag = lagOf(partition);
    if (lag === null || lag === 0) return lag;
    const oldestMs = partition.uncommitted.oldestMs ?? partition.inbox.peek()?.timestamp ?? null;
    return oldestMs === null || oldestMs < 0 ? null : Math.max(0, Date.now() - oldestMs) / 1000;
  }

  return { run, lagOf, lagSecondsOf, known };
}
