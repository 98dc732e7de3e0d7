import type { FetchedRecord } from '@event-pipeline/runtime/kafkajs/fetched-record.ts';
import type { OwnedPartition } from './receive.ts';

/** Topic + partition + key, while it has something under way: its records go one after another. */
export class Lane {
  /** The key as text; null for a record without a key, which shares its lane with no other. */
  readonly key: string | null;
  readonly partition: OwnedPartition;
  /** Made only for those who need it: most keys have one record at a time. */
  #queue: FetchedRecord[] | null = null;
  /** False from when its partition was let go, too: nothing more is expected of it then. */
  isUnderWay = false;
  #end: PromiseWithResolvers<void> | null = null;

  constructor(key: string | null, partition: OwnedPartition) {
    this.key = key;
    this.partition = partition;
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
    return this.#queue?.shift() as FetchedRecord;
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

  /** What was under way has ended: whoever waits for it goes on. */
  tellOfEnd(): void {
    this.#end?.resolve();
    this.#end = null;
  }
}
