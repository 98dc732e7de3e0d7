import { setTimeout as pause } from 'node:timers/promises';
import type { CommitLook } from '../checker/evidence.ts';
import { topicIdIn } from '../checker/read-ledger.ts';
import { nowUs } from '../preload/ledger-line.ts';
import { stockClient } from './kafka-client.ts';

export interface CommitWatch {
  /** What was seen, in the order of looking. */
  readonly looks: readonly CommitLook[];
  /** Asks once. @throws what kafkajs throws while Kafka is away */
  look(): Promise<Map<string, number>>;
  end(): Promise<void>;
}

const INTERVAL_MS = 500;

/** Asks for the group's committed offsets twice a second; a failed look is left out. */
export async function watchCommits(
  bootstrap: string,
  groupId: string,
  topics: readonly string[],
): Promise<CommitWatch> {
  const admin = stockClient(bootstrap, 'commit-watch').admin();
  await admin.connect();
  const looks: CommitLook[] = [];
  const ended = new AbortController();

  async function ask(): Promise<Omit<CommitLook, 'fromUs' | 'toUs'>[]> {
    const found = await admin.fetchOffsets({ groupId, topics: [...topics] });
    return found.flatMap(({ topic, partitions }) =>
      partitions
        .map(({ partition, offset, metadata }) => ({
          partition: `${topic}/${partition}`,
          offset: Number(offset),
          topicId: topicIdIn(metadata ?? ''),
        }))
        .filter(({ offset }) => offset >= 0),
    );
  }

  const look = async () => new Map((await ask()).map(({ partition, offset }) => [partition, offset]));

  async function run(): Promise<void> {
    while (!ended.signal.aborted) {
      const fromUs = nowUs();
      const committed = await ask().catch(() => []);
      const toUs = nowUs();
      for (const one of committed) looks.push({ ...one, fromUs, toUs });
      await pause(INTERVAL_MS);
    }
  }

  const running = run();
  return {
    looks,
    look,
    end: async () => {
      ended.abort();
      await running;
      await admin.disconnect();
    },
  };
}
