import type {
  CommitEntry,
  CommitResult,
  GroupConsumer,
} from '@event-pipeline/runtime/kafkajs/group-types.ts';
import { sleep } from '@event-pipeline/runtime/sleep.ts';
import { encodeCommitMetadata } from './commit-metadata.ts';
import { commitAnswered, commitSending } from './points.ts';
import type { Committable, Progress } from './progress.ts';
import type { OwnedPartition } from './receive.ts';
import type { Stats } from './stats.ts';

export interface CommitterOptions {
  readonly group: Pick<GroupConsumer, 'commit'>;
  /** The partitions that this member owns now. */
  readonly owned: () => Iterable<OwnedPartition>;
  /** Resolves when the lines of all that is settled so far are written; null when they are. */
  readonly linesWritten: () => Promise<void> | null;
  readonly intervalMessages: number;
  readonly intervalMs: number;
  /** Resolves when another commit may follow the last one, but for what must be committed at once. */
  readonly apart: () => Promise<unknown>;
  readonly stats: Stats;
}

export interface Committer {
  /** Records were settled: a commit may be due. */
  settled(): void;
  /**
   * Commits all that is settled now, and once more what is in doubt; bounded by `timeoutMs`.
   * @returns whether nothing is left to commit
   */
  flush(timeoutMs: number): Promise<boolean>;
  /** The commit that time alone makes due, that of positions in doubt included. Ends when `signal` aborts. */
  keepTime(signal: AbortSignal): Promise<void>;
}

/** What is to be committed of a partition, and the progress on its log that says so: a log made anew has another one. */
interface Due {
  readonly committable: Committable;
  readonly progress: Progress;
}

const RETRY_MS = 200;

/**
 * Commits what is settled: due after so many records, or so long; one commit at a time, and the next takes all that is
 * due by then, so that its cost does not grow with the records, nor its number with their rate. A position goes out only after the lines of its records
 * are written, and only for a partition that is still owned.
 */
export function createCommitter(options: CommitterOptions): Committer {
  const { group, owned, stats } = options;
  let settledBefore = totalSettled(stats);
  let running: Promise<CommitResult | 'nothing'> | null = null;
  let following: Promise<void> | null = null;
  /** What goes with a position: all that there is, unless a broker's bound on it is lower than Kafka's own. */
  let detail: 'ranges' | 'id' | 'none' = 'ranges';
  /** Whether the next commit takes what is in doubt as well. */
  let doubtsAreDue = false;

  function commitNow(): Promise<CommitResult | 'nothing'> {
    running ??= commitOnce().finally(() => {
      running = null;
    });
    return running;
  }

  /** One at a time; what became due meanwhile is committed behind it, also when no record comes any more. */
  async function commitWhileDue(): Promise<void> {
    try {
      for (;;) {
        await commitNow();
        await options.apart();
        if (!isDue()) return;
      }
    } finally {
      following = null;
    }
  }

  const isDue = (): boolean =>
    doubtsAreDue || totalSettled(stats) - settledBefore >= options.intervalMessages;

  async function commitOnce(): Promise<CommitResult | 'nothing'> {
    settledBefore = totalSettled(stats);
    const due = allDue();
    if (due.size === 0) return 'nothing';
    await options.linesWritten();
    const stillOwned = new Set(owned());
    for (const [partition, { progress }] of due)
      if (!stillOwned.has(partition) || partition.progress !== progress) due.delete(partition);
    if (due.size === 0) return 'nothing';
    const asSent = new Map(
      [...due].map(([partition, { committable }]) => [partition, entryOf(partition, committable)]),
    );
    const entries = [...asSent.values()];
    for (const [{ sentCommits }, { offset, metadata }] of asSent) sentCommits.sending(offset, metadata);
    if (commitSending.hasSubscribers) commitSending.publish(entries);
    const { result, taken } = await group.commit(entries);
    if (commitAnswered.hasSubscribers) commitAnswered.publish({ result, entries });
    // Without the ranges repeats are possible, loss is not.
    if (result === 'metadata-too-large') detail = detail === 'ranges' ? 'id' : 'none';
    if (result !== 'unsent') stats.commits[result === 'metadata-too-large' ? 'refused' : result] += 1;
    acknowledged(due, asSent, new Set(taken));
    return result;
  }

  function allDue(): Map<OwnedPartition, Due> {
    const due = new Map<OwnedPartition, Due>();
    const andDoubts = doubtsAreDue;
    doubtsAreDue = false;
    for (const partition of owned()) {
      const isInDoubt = andDoubts && partition.sentCommits.isInDoubt;
      const committable = isInDoubt ? partition.progress.committable() : partition.committable();
      if (committable === null) continue;
      due.set(partition, { committable, progress: partition.progress });
      partition.uncommitted.committing(partition.progress.lowTimestampMs);
    }
    return due;
  }

  function entryOf({ topicId }: OwnedPartition, committable: Committable): CommitEntry {
    const ranges = detail === 'ranges' ? committable.metadata : '';
    const metadata = detail === 'none' ? '' : encodeCommitMetadata(ranges, topicId);
    return { ...committable, metadata };
  }

  function acknowledged(
    due: ReadonlyMap<OwnedPartition, Due>,
    asSent: ReadonlyMap<OwnedPartition, CommitEntry>,
    taken: ReadonlySet<CommitEntry>,
  ): void {
    for (const [partition, { committable, progress }] of due) {
      const sent = asSent.get(partition);
      if (sent === undefined || !taken.has(sent) || partition.progress !== progress) continue;
      partition.committed = committable.offset;
      partition.committedRanges = committable.metadata;
      partition.uncommitted.committed();
      partition.sentCommits.acknowledged(sent.offset, sent.metadata);
    }
  }

  async function flush(timeoutMs: number): Promise<boolean> {
    const bound = AbortSignal.timeout(Math.ceil(Math.max(timeoutMs, 1)));
    const inTime = async <T>(commit: Promise<T>): Promise<T | 'late'> =>
      await Promise.race([commit, sleep(timeoutMs, bound).then(() => 'late' as const)]);
    // Once is enough: the group had it, and a stop must not wait for more.
    doubtsAreDue = true;
    while (!bound.aborted) {
      // What is under way began before all was settled, and its answer may never come.
      if (running !== null && (await inTime(running)) === 'late') return false;
      const result = await inTime(commitNow());
      if (result === 'nothing') return true;
      if (result === 'late') return false;
      if (result !== 'acknowledged') await sleep(RETRY_MS, bound);
    }
    return false;
  }

  return {
    settled() {
      if (following === null && isDue()) following = commitWhileDue();
    },
    flush,
    async keepTime(signal) {
      while (await sleep(options.intervalMs, signal)) {
        doubtsAreDue = true;
        following ??= commitWhileDue();
      }
    },
  };
}

function totalSettled(stats: Stats): number {
  let total = 0;
  for (const { handled, deadLettered } of stats.topics.values()) total += handled + deadLettered;
  return total;
}
