import type { KafkaCluster } from './cluster.ts';
import type { FetchedPartition } from './decode-fetch.ts';

/** A partition that the group has just given to this member, with what is committed for it. */
export interface AssignedPartition {
  readonly topic: string;
  readonly partition: number;
  /** The committed offset; null where the group has none. */
  readonly committed: number | null;
  /** The text that was committed with it; '' where there is none. */
  readonly metadata: string;
  /** The topic's id now, in hexadecimal; null, or left out, where it is not known. */
  readonly topicId?: string | null;
}

/** A partition as the fetch loops see it. The owner of the partition's records implements it. */
export interface FetchTarget {
  readonly topic: string;
  readonly partition: number;
  /** Which topic of this name it is; null where that is not known. Another one from `madeAnew` on. */
  readonly topicId: string | null;
  /** Where the next fetch begins; null: at the earliest offset that there is. Fetch loops move it on. */
  position: number | null;
  /** Whether there is room for more; asked before every fetch. */
  wants(): boolean;
  /** Takes the records of one fetch, in order. Must not throw and must not wait. */
  deliver(fetched: FetchedPartition): void;
  /** The topic is another one of the same name: of its log nothing is known, and nothing of the old one holds. */
  madeAnew(topicId: string): void;
  /** Records from `from` (inclusive) to `to` (exclusive) were deleted before they could be read. */
  gone(from: number, to: number): void;
}

/** What is told to the one who owns the group's work, in the order of a member's life. */
export interface GroupWork {
  /** The group gave these partitions, and no others. Answers where to fetch; called before the first fetch. */
  assigned(partitions: readonly AssignedPartition[]): readonly FetchTarget[];
  /**
   * The partitions may go to others as soon as this resolves: start nothing, let what runs come to its end within a
   * bound, commit. `cut` is true when the group has already dropped this member, so that no commit can be accepted; it
   * may come while an earlier call is under way, which is then waited for no longer.
   */
  revoking(cut: boolean): Promise<void>;
  /** The partitions may go on after a rebalance that did not happen, or after an outage. */
  changed(): void;
}

/** One position for the group to keep. */
export interface CommitEntry {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly metadata: string;
}

/**
 * - `acknowledged`: the coordinator has it.
 * - `unknown`: no answer came; it may have it or not.
 * - `refused`: it was not taken, and may be sent again after the next join.
 * - `metadata-too-large`: the broker's bound on commit metadata is lower than ours.
 * - `unsent`: there is no generation to commit in.
 */
export type CommitResult = 'acknowledged' | 'unknown' | 'refused' | 'metadata-too-large' | 'unsent';

/** The result is that of a partition which was not taken, if there is one. */
export interface CommitAnswer {
  readonly result: CommitResult;
  /** What the coordinator has for sure: all where it is acknowledged; others than the refused ones may have been taken. */
  readonly taken: readonly CommitEntry[];
}

/** Since when a part of Kafka has not answered, in milliseconds since the epoch, and why. */
export interface Outage {
  readonly sinceMs: number;
  readonly reason: string;
}

export interface GroupStatus {
  readonly phase: 'connecting' | 'joining' | 'member' | 'leaving' | 'stopped';
  /** The longest outage of what this member needs: the group, and the brokers that lead its partitions; or null. */
  readonly outage: Outage | null;
  /** All that is away, needed or not: `group`, a broker as `broker 2`; and `commits` while the group refuses them. */
  readonly away: ReadonlyMap<string, Outage>;
  /**
   * How long ago Kafka last answered or failed anything, or a fetch loop has been over one request, whichever is longer, in
   * milliseconds: a client that is stuck shows here. 0 before `run`.
   */
  readonly silentMs: number;
  readonly memberId: string;
  readonly generation: number;
  readonly rebalances: number;
  readonly missingTopics: readonly string[];
}

export interface GroupConsumer {
  /** Lives as a member of the group until `stop`; no outage ends it. Rejects only on refused credentials or a bug. */
  run(): Promise<void>;
  /** Leaves the group and disconnects. What is not committed by then stays uncommitted. Bounded by `deadlineMs`. */
  stop(deadlineMs: number): Promise<void>;
  /** Commits positions in the current generation. One at a time; bounded by the request time-out. */
  commit(entries: readonly CommitEntry[]): Promise<CommitAnswer>;
  /**
   * Whether the group surely still counts this member: what begins while it does cannot run beside a new owner.
   * `nowMs` is by `performance.now()`; this moment unless given.
   */
  holdsLease(nowMs?: number): boolean;
  wake(): void;
  status(): GroupStatus;
  /** The partitions that cannot be read, by `topic/partition`, and why. */
  blocked(): ReadonlyMap<string, string>;
  /** The cluster as it is connected now, to ask for log ends; null while none is. */
  cluster(): KafkaCluster | null;
}
