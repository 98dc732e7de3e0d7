import type { FetchedRecord } from '@event-pipeline/runtime/kafkajs/fetched-record.ts';
import type { OwnedPartition } from './receive.ts';

/** Topic + partition + key, while it has something under way: its records go one after another. */
export class Lane {
  readonly partition: OwnedPartition;
  /** That of its records; 0 where they have no key. */
  readonly keyHash: number;
  /** Whether its records have a key: one without shares its lane with no other. */
  readonly hasKey: boolean;
  /** The next in the chain of lanes that it stands in; null at the end of one, and outside. */
  behind: Lane | null = null;
  /** Made only for those who need it: most keys have one record at a time. */
  #queue: FetchedRecord[] | null = null;
  #record: FetchedRecord;
  /** False from when its partition was let go, too: nothing more is expected of it then. */
  isUnderWay = false;
  #end: PromiseWithResolvers<void> | null = null;

  /** For a record that is under way, or will wait in it. */
  constructor(record: FetchedRecord, partition: OwnedPartition) {
    this.#record = record;
    this.partition = partition;
    this.hasKey = record.keyStart >= 0;
    this.keyHash = this.hasKey ? record.keyHash : 0;
  }

  /** One of its records, for the key: the one under way, or the next. */
  get record(): FetchedRecord {
    return this.#record;
  }

  /** Records that wait behind the one under way. */
  get waiting(): number {
    return this.#queue === null ? 0 : this.#queue.length;
  }

  push(record: FetchedRecord): void {
    this.#queue ??= [];
    this.#queue.push(record);
  }

  /** Takes the first that waits; there must be one. */
  shift(): FetchedRecord {
    this.#record = this.#queue?.shift() as FetchedRecord;
    return this.#record;
  }

  clear(): void {
    this.#queue = null;
  }

  /** When what is under way will have ended; undefined where nothing is. */
  ending(): Promise<void> | undefined {
    if (!this.isUnderWay) return undefined;
    this.#end ??= Promise.withResolvers<void>();
    return this.#end.promise;
  }

  /** What was under way is so no more. */
  rest(): void {
    this.isUnderWay = false;
    // What has ended is not kept for its key alone: it may have a whole answer of the broker with it.
    this.#record = this.#queue?.[0] ?? this.#record;
  }

  /** What was under way has ended: whoever waits for it goes on. */
  tellOfEnd(): void {
    this.#end?.resolve();
    this.#end = null;
  }
}
