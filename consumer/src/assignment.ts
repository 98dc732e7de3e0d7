import { setImmediate as nextTurn } from 'node:timers/promises';
import type { GroupWork } from '@event-pipeline/runtime/kafkajs/group-types.ts';
import { sleep } from '@event-pipeline/runtime/sleep.ts';
import type { Logger } from 'pino';
import type { Committer } from './commit.ts';
import type { Lanes } from './lanes.ts';
import { partitionsAssigned, partitionsRevoking } from './points.ts';
import { OwnedPartition, type ReceiveOptions } from './receive.ts';
import type { Slots } from './slots.ts';

export interface AssignmentOptions {
  readonly receive: ReceiveOptions;
  readonly lanes: () => Lanes;
  readonly slots: Slots;
  readonly lettersUnderWay: () => number;
  readonly committer: () => Committer;
  /** Whether the group's coordinator does not answer. */
  readonly groupIsAway: () => boolean;
  /** How long what runs may take to end when partitions are to be given back. */
  readonly revokeTimeoutMs: number;
  readonly log: Logger;
}

export interface Assignment extends GroupWork {
  owned(): Iterable<OwnedPartition>;
  /** False while partitions are being given back: nothing is begun. */
  open(): boolean;
  /** False from the end of what runs, or from the cut, until the next assignment: another may have the partitions. */
  holds(): boolean;
  /** Nothing new is begun from now on, and sleeps of backoff end. What runs may end and settle. */
  close(): void;
  /** Waits until nothing is under way, at most `timeoutMs`. What has ended is settled then. */
  idle(timeoutMs: number): Promise<boolean>;
}

const IDLE_POLL_MS = 5;
const COMMIT_MARGIN_MS = 10_000;

/**
 * The partitions of this member over its generations. A partition that comes back to it goes on where it was, with its
 * lanes, its backoffs and what is settled; one that went to another member is let go, and everything about it with it.
 */
export function createAssignment(options: AssignmentOptions): Assignment {
  const { slots, log } = options;
  let partitions = new Map<string, OwnedPartition>();
  let isOpen = false;
  let holds = false;
  /** Counts assignments and revocations: one that was overtaken changes nothing any more. */
  let turn = 0;
  let closed = false;

  async function idle(timeoutMs: number): Promise<boolean> {
    const hasEnded = await nothingRuns(timeoutMs);
    // A slot is given back some ticks before the end is known.
    await nextTurn();
    // Whoever asks goes on to commit.
    options.lanes().settleEnded();
    return hasEnded;
  }

  async function nothingRuns(timeoutMs: number): Promise<boolean> {
    const bound = AbortSignal.timeout(Math.ceil(Math.max(timeoutMs, 1)));
    while (slots.running > 0 || options.lettersUnderWay() > 0)
      if (!(await sleep(IDLE_POLL_MS, bound))) return false;
    return true;
  }

  /**
   * Without a coordinator there is no join either, and nobody who could take the partitions over: what is settled is then
   * committed as the first thing after the outage, and not handled again by a new owner.
   */
  async function flushBeyondOutage(deadlineMs: number, isOver: () => boolean): Promise<void> {
    const committer = options.committer();
    for (;;) {
      const flushed = await committer.flush(Math.max(deadlineMs - performance.now(), COMMIT_MARGIN_MS));
      if (flushed || isOver() || !options.groupIsAway()) return;
    }
  }

  return {
    owned: () => partitions.values(),
    open: () => isOpen && !closed,
    holds: () => holds,
    idle,

    assigned(given) {
      const lanes = options.lanes();
      const before = partitions;
      partitions = new Map();
      for (const assigned of given) {
        const name = `${assigned.topic}/${assigned.partition}`;
        const known = before.get(name);
        const goesOn = known?.tryGoOn(assigned) === true;
        partitions.set(name, goesOn ? known : new OwnedPartition(assigned, options.receive));
      }
      for (const [name, partition] of before) {
        if (partitions.get(name) === partition) continue;
        lanes.remove(partition);
        partition.release();
      }
      for (const partition of partitions.values()) lanes.add(partition);
      if (partitionsAssigned.hasSubscribers) partitionsAssigned.publish([...partitions.values()]);
      turn += 1;
      isOpen = true;
      holds = true;
      slots.serve();
      lanes.stir();
      return [...partitions.values()];
    },

    async revoking(cut) {
      turn += 1;
      const mine = turn;
      isOpen = false;
      if (partitionsRevoking.hasSubscribers)
        partitionsRevoking.publish({ partitions: [...partitions.values()], cut });
      if (cut) {
        holds = false;
        return;
      }
      const deadline = performance.now() + options.revokeTimeoutMs;
      const ended = await idle(options.revokeTimeoutMs);
      if (turn !== mine) return;
      holds = false;
      if (!ended)
        log.warn(
          { running: slots.running, letters: options.lettersUnderWay() },
          'partitions are given back while handlers or letters are under way: their records may come again',
        );
      await flushBeyondOutage(deadline, () => turn !== mine || closed);
    },

    changed() {
      slots.serve();
      options.lanes().stir();
    },

    close() {
      closed = true;
      for (const partition of partitions.values()) partition.release();
    },
  };
}
