import type { FetchedRecord } from '@event-pipeline/runtime/kafkajs/fetched-record.ts';

/** What a record takes beside its bytes. */
const BESIDE_BYTES = 128;

/** What was fetched of a partition and is not handed on yet, in order. */
export class Inbox {
  #records: FetchedRecord[] = [];
  #next = 0;
  /** What all of it takes in memory, what surrounds the records in the answer included. */
  bytes = 0;
  /** Where it ends: no record lies between the last one and this offset. */
  end: number;

  constructor(end: number) {
    this.end = end;
  }

  get waiting(): number {
    return this.#records.length - this.#next;
  }

  /** Takes the list over. @returns how many bytes it takes: none without a record (its batch has none for us), for nothing would give them back */
  push(records: FetchedRecord[], sizeBytes: number, end: number): number {
    this.#letGo();
    if (this.#records.length === 0) this.#records = records;
    else for (const record of records) this.#records.push(record);
    const taken = records.length === 0 ? 0 : sizeBytes + records.length * BESIDE_BYTES;
    this.bytes += taken;
    this.end = end;
    return taken;
  }

  /** The next record, or one `ahead` of it, still inside; null where there is none. */
  peek(ahead = 0): FetchedRecord | null {
    return this.#records[this.#next + ahead] ?? null;
  }

  /** Takes the record that `peek` gave out. @returns how many bytes are free by that: with the last one, all. */
  shift(): number {
    const { sizeBytes } = this.#records[this.#next] as FetchedRecord;
    this.#next += 1;
    if (this.#next === this.#records.length) return this.clear();
    const freed = sizeBytes + BESIDE_BYTES;
    this.bytes -= freed;
    return freed;
  }

  /** Copies what waits out of the answers that it came in. */
  detach(): void {
    this.#letGo();
    const place = Buffer.allocUnsafeSlow(this.#records.reduce((sum, { spanBytes }) => sum + spanBytes, 0));
    let at = 0;
    for (const record of this.#records) {
      const { spanBytes } = record;
      record.moveTo(place, at);
      at += spanBytes;
    }
  }

  /** What was handed on is kept no longer: each record keeps its whole answer. */
  #letGo(): void {
    if (this.#next === 0) return;
    this.#records.splice(0, this.#next);
    this.#next = 0;
  }

  /** @returns how many bytes are free by that */
  clear(): number {
    const freed = this.bytes;
    this.#records = [];
    this.#next = 0;
    this.bytes = 0;
    return freed;
  }
}
