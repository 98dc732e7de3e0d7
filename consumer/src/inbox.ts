import type { FetchedRecord } from '@event-pipeline/runtime/kafkajs/fetched-record.ts';
import type { Verdict } from '@event-pipeline/schemas/accept.ts';

/** The verdict on a record; null where it has to wait until work on the record begins. */
export type Judge = (record: FetchedRecord) => Verdict | null;

/** So many records are judged one behind the other, while the caches have nothing else in them. */
const JUDGED_AT_ONCE = 16;
/** But no more of them: the event loop must get its turn. */
const JUDGED_AT_ONCE_BYTES = 64 * 1024;
/** What a record takes beside its bytes. */
const BESIDE_BYTES = 128;

/** What was fetched of a partition and is not handed on yet, in order. */
export class Inbox {
  #records: FetchedRecord[] = [];
  #next = 0;
  /** The verdicts on the records from `#judgedFrom` on; those that were handed on already among them. */
  readonly #verdicts: (Verdict | null)[] = [];
  #judgedFrom = 0;
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

  /** @returns how many bytes it takes: none without a record (its batch has none for us), for nothing would give them back */
  push(records: readonly FetchedRecord[], sizeBytes: number, end: number): number {
    this.#letGo();
    for (const record of records) this.#records.push(record);
    const taken = records.length === 0 ? 0 : sizeBytes + records.length * BESIDE_BYTES;
    this.bytes += taken;
    this.end = end;
    return taken;
  }

  /** The next record, still inside; null where there is none. */
  peek(): FetchedRecord | null {
    return this.#records[this.#next] ?? null;
  }

  /** The verdict on the record that `peek` gives; there must be one. It is given once: the next time it may be null. */
  verdict(judge: Judge): Verdict | null {
    if (this.#next >= this.#judgedFrom + this.#verdicts.length) this.#judgeSome(judge);
    const index = this.#next - this.#judgedFrom;
    const verdict = this.#verdicts[index] ?? null;
    this.#verdicts[index] = null;
    return verdict;
  }

  #judgeSome(judge: Judge): void {
    this.#judgedFrom = this.#next;
    this.#verdicts.length = 0;
    let bytes = 0;
    const end = Math.min(this.#next + JUDGED_AT_ONCE, this.#records.length);
    for (let index = this.#next; index < end; index += 1) {
      const record = this.#records[index] as FetchedRecord;
      bytes += record.sizeBytes;
      if (bytes > JUDGED_AT_ONCE_BYTES && index > this.#next) break;
      this.#verdicts.push(judge(record));
    }
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
    this.#judgedFrom -= this.#next;
    this.#next = 0;
  }

  /** @returns how many bytes are free by that */
  clear(): number {
    const freed = this.bytes;
    this.#records = [];
    this.#next = 0;
    this.#verdicts.length = 0;
    this.#judgedFrom = 0;
    this.bytes = 0;
    return freed;
  }
}
