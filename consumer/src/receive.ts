import type { FetchedPartition } from '@event-pipeline/runtime/kafkajs/decode-fetch.ts';
import type { FetchedRecord } from '@event-pipeline/runtime/kafkajs/fetched-record.ts';
import type { AssignedPartition, FetchTarget } from '@event-pipeline/runtime/kafkajs/group-types.ts';
import type { Delivery, Source } from './delivery.ts';
import { Progress, type Committable } from './progress.ts';
import { SentCommits } from './sent-commits.ts';
import { decodeRanges } from './settled-ranges.ts';
import { Uncommitted } from './uncommitted.ts';
import type { Lane } from './lane-runner.ts';

/** Bytes of records in memory, over all partitions, that were fetched and are not settled. */
export interface Room {
  bytes: number;
}

/** Beyond these a partition asks for no more: so memory is bounded, and nothing is fetched twice. */
const INBOX_MAX_BYTES = 512 * 1024;
const LANES_MAX_BYTES = 16 * 1024 * 1024;
const TRACKED_MAX = 20_000;
const ROOM_MAX_BYTES = 24 * 1024 * 1024;

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
  /** By key, the lanes that have something under way or waiting. */
  readonly lanes = new Map<string, Lane>();
  /** Bytes of the records that lanes keep. */
  laneBytes = 0;
  /** The last committed offset that is known; null where none was ever committed. */
  committed: number | null;
  sentCommits: SentCommits;
  committedMetadata: string;
  uncommitted = new Uncommitted();
  /** When a record was settled last, in milliseconds since the epoch. */
  lastProgressMs: number | null = null;
  readonly #options: ReceiveOptions;
  #released = new AbortController();
  #inbox: FetchedRecord[] = [];
  #next = 0;
  #inboxBytes = 0;
  /** Where the records in the inbox end: no record lies between the last of them and this offset. */
  #inboxEnd: number;
  readonly #held = new Map<Delivery, string>();

  constructor(assigned: AssignedPartition, options: ReceiveOptions) {
    const start = assigned.committed ?? 0;
    this.topic = assigned.topic;
    this.partition = assigned.partition;
    this.position = assigned.committed;
    this.committed = assigned.committed;
    this.sentCommits = new SentCommits(assigned.committed, assigned.metadata);
    this.committedMetadata = assigned.metadata;
    this.progress = new Progress(this.topic, this.partition, start, decodeRanges(start, assigned.metadata));
    this.#inboxEnd = start;
    this.#options = options;
  }

  get name(): string {
    return `${this.topic}/${this.partition}`;
  }

  get released(): AbortSignal {
    return this.#released.signal;
  }

  /** Why nothing of this partition is begun; null while it is not held. */
  get held(): string | null {
    for (const reason of this.#held.values()) return reason;
    return null;
  }

  get waiting(): number {
    return this.#inbox.length - this.#next;
  }

  wants(): boolean {
    return (
      this.#inboxBytes < INBOX_MAX_BYTES &&
      this.laneBytes < LANES_MAX_BYTES &&
      this.progress.tracked < TRACKED_MAX &&
      this.#options.room.bytes < ROOM_MAX_BYTES &&
      this.#held.size === 0
    );
  }

  deliver(fetched: FetchedPartition): void {
    this.#inboxEnd = fetched.nextOffset;
    for (const record of fetched.records) this.#inbox.push(record);
    this.#inboxBytes += fetched.sizeBytes;
    this.#options.room.bytes += fetched.sizeBytes;
    this.reachEnd();
    this.#options.arrived(this);
  }

  /** The next record, still in the inbox; null where there is none. */
  peek(): FetchedRecord | null {
    return this.#inbox[this.#next] ?? null;
  }

  /** Takes the record that `peek` gave out of the inbox. */
  shift(): void {
    const record = this.#inbox[this.#next] as FetchedRecord;
    this.#next += 1;
    this.#inboxBytes -= record.sizeBytes;
    this.#options.room.bytes -= record.sizeBytes;
    if (this.#next < this.#inbox.length) return;
    this.#inbox = [];
    this.#next = 0;
    this.#options.room.bytes -= this.#inboxBytes;
    this.#inboxBytes = 0;
  }

  /** To be called when the record that was taken is begun: the inbox may be empty, and then its end is reached. */
  reachEnd(): void {
    if (this.waiting === 0) this.progress.reach(this.#inboxEnd);
  }

  /** The log no longer begins where we were: what waits in the inbox is of the old log only if it ends before `to`. */
  gone(from: number, to: number): void {
    if (to < from) this.#startOver(to);
    else if (this.waiting === 0) this.progress.reach(to);
    this.#inboxEnd = to;
    this.#options.gone(this, from, to);
  }

  /** The topic was made anew, or truncated: nothing that was known of its offsets holds. */
  #startOver(offset: number): void {
    this.release();
    this.#released = new AbortController();
    for (const lane of this.lanes.values()) lane.queue.length = 0;
    this.lanes.clear();
    this.#held.clear();
    this.progress = new Progress(this.topic, this.partition, offset);
    this.committed = null;
    this.sentCommits = new SentCommits(null, '');
    this.committedMetadata = '';
    this.uncommitted = new Uncommitted();
  }

  /** The partition is not this member's any more, or the consumer stops: sleeps end, the inbox is dropped. */
  release(): void {
    this.#released.abort();
    this.#options.room.bytes -= this.#inboxBytes + this.laneBytes;
    this.#inbox = [];
    this.#next = 0;
    this.#inboxBytes = 0;
    this.laneBytes = 0;
  }

  hold(delivery: Delivery, reason: string): void {
    this.#held.set(delivery, reason);
  }

  unhold(delivery: Delivery): void {
    if (this.#held.delete(delivery) && this.#held.size === 0) this.#options.arrived(this);
  }

  /** What is to be committed; null where the group has it already. */
  committable(): Committable | null {
    const committable = this.progress.committable();
    const changed =
      committable.offset > (this.committed ?? 0) || committable.metadata !== this.committedMetadata;
    return changed ? committable : null;
  }

  /**
   * Whether a partition that the group gives to this member again can go on where it was: what is committed now is
   * nothing but what this member sent. A commit that failed in an outage then costs no repeats.
   */
  continues(assigned: AssignedPartition): boolean {
    return !this.released.aborted && this.sentCommits.isOwn(assigned.committed, assigned.metadata);
  }
}
