import type { FetchedPartition } from '@event-pipeline/runtime/kafkajs/decode-fetch.ts';
import type { AssignedPartition, FetchTarget } from '@event-pipeline/runtime/kafkajs/group-types.ts';
import { commitOf } from './commit-metadata.ts';
import type { Delivery, Source } from './delivery.ts';
import { Inbox } from './inbox.ts';
import { Progress, type Committable } from './progress.ts';
import { hasRoom, INBOX_MAX_BYTES, LANES_MAX_BYTES, TRACKED_MAX, type Room } from './room.ts';
import { PendingLanes } from './pending-lanes.ts';
import { SentCommits } from './sent-commits.ts';
import { decodeRanges } from './settled-ranges.ts';
import { Uncommitted } from './uncommitted.ts';

export interface ReceiveOptions {
  readonly room: Room;
  /** Records have come: there is something to hand on. */
  readonly arrived: (partition: OwnedPartition) => void;
  readonly gone: (partition: OwnedPartition, from: number, to: number) => void;
}

/**
 * A partition that this member owns: what came of it and waits (inbox), what is under way (lanes), and what is settled
 * (progress). Fetch loops put whole answers in; the lanes take records out one by one, in order.
 */
export class OwnedPartition implements FetchTarget, Source {
  readonly topic: string;
  readonly partition: number;
  position: number | null;
  progress: Progress;
  readonly lanes = new PendingLanes();
  /** Bytes of the records that lanes keep. */
  laneBytes = 0;
  /** Whether it stands in the line of those that may have records waiting. */
  isInTurn = false;
  /** The offset of the next record, where it was found to need a slot of its own. */
  slotNeededAt = -1;
  /** The last committed offset that is known; null where none was ever committed. */
  committed: number | null;
  sentCommits: SentCommits;
  /** The settled ranges that are committed with it, as text; null where the group has a position that this log is too short for. */
  committedRanges: string | null;
  /** Which topic of this name it is; null where that is not known. */
  topicId: string | null;
  uncommitted = new Uncommitted();
  /** When a record was settled last, in milliseconds since the epoch; 0 where none was: null makes V8 put each new number into an object. */
  lastProgressMs = 0;
  readonly #options: ReceiveOptions;
  #release = new AbortController();
  released: AbortSignal = this.#release.signal;
  readonly inbox: Pick<Inbox, 'peek'>;
  readonly #inbox: Inbox;
  /** How far the log is known to go. */
  #logEnd = 0;
  readonly #held = new Map<Delivery, string>();

  constructor(assigned: AssignedPartition, options: ReceiveOptions) {
    const { committed, ranges, isOfOldLog } = commitOf(assigned);
    const start = committed ?? 0;
    this.topic = assigned.topic;
    this.partition = assigned.partition;
    this.topicId = assigned.topicId ?? null;
    this.position = committed;
    this.committed = committed;
    this.committedRanges = ranges;
    this.sentCommits = new SentCommits(assigned.committed, assigned.metadata);
    this.progress = new Progress(this.topic, this.partition, start, decodeRanges(start, ranges));
    this.#inbox = new Inbox(start);
    this.inbox = this.#inbox;
    this.#options = options;
    // Where the old log ended nobody knows any more.
    if (isOfOldLog) options.gone(this, assigned.committed ?? 0, assigned.committed ?? 0);
  }

  get name(): string {
    return `${this.topic}/${this.partition}`;
  }

  /** Why nothing of this partition is begun; null while it is not held. */
  get held(): string | null {
    return this.#held.size === 0 ? null : (this.#held.values().next().value ?? null);
  }

  get waiting(): number {
    return this.#inbox.waiting;
  }

  wants(): boolean {
    return (
      !this.released.aborted &&
      this.#inbox.bytes < INBOX_MAX_BYTES &&
      this.laneBytes < LANES_MAX_BYTES &&
      this.progress.tracked < TRACKED_MAX &&
      hasRoom(this.#options.room) &&
      this.#held.size === 0
    );
  }

  /** What comes after the release is not taken: what it dropped lies before it, and would count as reached. */
  deliver(fetched: FetchedPartition): void {
    if (this.released.aborted) return;
    this.#logEnd = Math.max(fetched.lastStableOffset, fetched.nextOffset);
    this.#waits(this.#inbox.push(fetched.records, fetched.sizeBytes, fetched.nextOffset));
    if (this.held !== null) this.#inbox.detach();
    this.reachEnd();
    this.#options.arrived(this);
  }

  /** Takes the next record out of the inbox. */
  shift(): void {
    this.#waits(-this.#inbox.shift());
  }

  /** To be called when the record that was taken is begun: the inbox may be empty, and then its end is reached. */
  reachEnd(): void {
    if (this.waiting === 0) this.progress.reach(this.#inbox.end);
  }

  /** The log no longer begins where we were: what waits in the inbox is of the old log only if it ends before `to`. */
  gone(from: number, to: number): void {
    if (this.released.aborted) return;
    if (to < from) return this.#startOver(to, true);
    if (this.waiting === 0) this.progress.reach(to);
    this.#inbox.end = to;
    this.#options.gone(this, from, to);
  }

  madeAnew(topicId: string): void {
    this.topicId = topicId;
    this.position = null;
    this.#startOver(0);
  }

  /** The topic was made anew, or truncated: nothing that was known of its offsets holds. */
  #startOver(offset: number, isCutBack = false): void {
    const { low, tracked, waiting } = this.progress;
    const goneWith = Math.max(0, this.#logEnd - low - (tracked - waiting));
    this.release();
    this.#release = new AbortController();
    this.released = this.#release.signal;
    // A handler of the old log that still runs keeps its key's lane: what comes of the new one waits for its end.
    for (const lane of this.lanes.values()) {
      lane.clear();
      if (!lane.isUnderWay) this.lanes.remove(lane);
    }
    this.#held.clear();
    this.slotNeededAt = -1;
    this.progress = new Progress(this.topic, this.partition, offset);
    this.committed = null;
    this.sentCommits.startOver();
    this.committedRanges = isCutBack ? null : '';
    this.uncommitted = new Uncommitted();
    this.#inbox.end = offset;
    this.#logEnd = offset;
    this.#options.gone(this, low, low + goneWith);
  }

  /** The partition is not this member's any more, or the consumer stops: sleeps end, the inbox is dropped. */
  release(): void {
    this.#release.abort();
    this.#waits(-this.#inbox.clear());
    this.#options.room.bytes -= this.laneBytes;
    this.laneBytes = 0;
  }

  #waits(bytes: number): void {
    this.#options.room.bytes += bytes;
    this.#options.room.waitingBytes += bytes;
  }

  /** What waits may do so for long now: it must not keep whole answers of the broker with it. */
  hold(delivery: Delivery, reason: string): void {
    if (this.#held.size === 0) this.#inbox.detach();
    this.#held.set(delivery, reason);
  }

  unhold(delivery: Delivery): void {
    if (this.#held.delete(delivery) && this.#held.size === 0) this.#options.arrived(this);
  }

  /** What is to be committed; null where the group has it already. */
  committable(): Committable | null {
    const committable = this.progress.committable();
    const changed =
      committable.offset > (this.committed ?? 0) || committable.metadata !== this.committedRanges;
    return changed ? committable : null;
  }

  /**
   * Goes on where it was, if what is committed now is what this member sent: a commit that failed in an outage then costs
   * no repeats. After a stop what still runs can be committed.
   */
  tryGoOn(assigned: AssignedPartition): boolean {
    if (!this.sentCommits.isOwn(assigned.committed, assigned.metadata)) return false;
    const { committed, ranges } = commitOf(assigned);
    // Only of a log that was cut back has the group more than is settled: that is still to be taken back.
    const isBeyond = committed !== null && committed > this.progress.low;
    [this.committed, this.committedRanges] = isBeyond ? [null, null] : [committed, ranges];
    this.sentCommits = new SentCommits(assigned.committed, assigned.metadata);
    return true;
  }
}
