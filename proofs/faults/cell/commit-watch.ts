import { setTimeout as pause } from 'node:timers/promises';
import type { CommitLook } from '../checker/evidence.ts';
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

  async function look(): Promise<Map<string, number>> {
    const found = await admin.fetchOffsets({ groupId, topics: [...topics] });
    const committed = new Map<string, number>();
    for (const { topic, partitions } of found) {
      for (const { partition, offset } of partitions) {
        if (Number(offset) >= 0) committed.set(`${topic}/${partition}`, Number(offset));
      }
    }
    return committed;
  }

  async function run(): Promise<void> {
    while (!ended.signal.aborted) {
      const fromUs = nowUs();
      const committed = await look().catch(() => new Map<string, number>());
      const toUs = nowUs();
      for (const [partition, offset] of committed) looks.push({ partition, offset, fromUs, toUs });
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
