import { PendingOffsets } from './pending-offsets.ts';
import { Settled } from './settled.ts';
import { encodeRanges, fitsMetadata, type SettledRange } from './settled-ranges.ts';

/** A position that may be committed: everything below `offset` is settled, and so are the ranges in `metadata`. */
export interface Committable {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly metadata: string;
}

/**
 * What is settled of one partition, as one number while records settle in order, and as a list only from the first
 * one that does not. Offsets enter in ascending order; gaps between them (transactions, compaction) hold no record and
 * count as settled.
 *
 *   settled … settled | waiting  done  done  waiting  done | not begun
 *                     ^ low                                ^ through
 */
export class Progress {
  readonly topic: string;
  readonly partition: number;
  #low: number;
  #through: number;
  /** What lies in [low, through), unless all of it is settled. */
  readonly #pending = new PendingOffsets();
  /** Settled ranges of an earlier owner (or life) that lie at or beyond `through`, ascending. */
  #earlier: SettledRange[];

  constructor(topic: string, partition: number, start: number, earlier: readonly SettledRange[] = []) {
    this.topic = topic;
    this.partition = partition;
    this.#low = start;
    this.#through = start;
    this.#earlier = [...earlier];
  }

  /** Everything below is settled: the offset to commit. */
  get low(): number {
    return this.#low;
  }

  /** Everything below was begun, or holds no record. */
  get through(): number {
    return this.#through;
  }

  /** The timestamp of the record at `low`, in milliseconds; null where that one is not begun. */
  get lowTimestampMs(): number | null {
    return this.#pending.firstTimestampMs;
  }

  /** Records that were begun and are not settled. */
  get waiting(): number {
    return this.#pending.waiting;
  }

  /** Records that are kept account of: those waiting, and those settled above the first that waits. */
  get tracked(): number {
    return this.#pending.tracked;
  }

  /** The hot path: the record at `offset` was begun and settled before any other was begun. */
  settleNext(offset: number, timestampMs: number, _settled: Settled): void {
    this.#through = offset + 1;
    if (this.#pending.tracked === 0) this.#low = offset + 1;
    else this.#pending.addSettled(offset, timestampMs);
  }

  /** The record at `offset` was begun, and is not settled yet. */
  begin(offset: number, timestampMs: number): void {
    this.#through = offset + 1;
    if (this.#pending.tracked === 0) this.#low = offset;
    this.#pending.add(offset, timestampMs);
  }

  /** A record that was begun earlier is settled. Settling twice, or what was never begun, is a bug. */
  settle(offset: number, _settled: Settled): void {
    if (!this.#pending.settle(offset)) {
      throw new Error(`${this.topic}/${this.partition}: offset ${offset} is not waiting to be settled`);
    }
    this.#low = this.#pending.tracked === 0 ? this.#through : this.#pending.first;
  }

  /** Every record below `offset` was begun: what lies between the last one and `offset` holds none. */
  reach(offset: number): void {
    if (offset <= this.#through) return;
    this.#through = offset;
    if (this.#pending.tracked === 0) this.#low = offset;
  }

  /** Whether an earlier owner has settled the record; if so it is counted as settled here, and is not to be begun. */
  skipIfSettledEarlier(offset: number, timestampMs: number): boolean {
    if (this.#earlier.length === 0) return false;
    let first = this.#earlier[0];
    while (first !== undefined && first.last < offset) {
      this.#earlier.shift();
      first = this.#earlier[0];
    }
    if (first === undefined || offset < first.first) return false;
    this.settleNext(offset, timestampMs, Settled.byHandler);
    return true;
  }

  /**
   * Whether the record at `offset` may be begun as well: whatever is settled above `low`, now or later and in any order, fits into a
   * commit. There is a record that waits before each range, so with the new one there are at most so many ranges; each is
   * two numbers, and what makes a number longer than a byte is the distance that it spans.
   */
  fits(offset: number): boolean {
    const ranges = this.#pending.waiting + 1 + this.#earlier.length;
    const end = this.#earlier.at(-1)?.last ?? 0;
    const span = Math.max(offset, end) + 1 - this.#low;
    return fitsMetadata(ranges, span);
  }

  /** What may be committed now. */
  committable(): Committable {
    const metadata =
      this.#pending.tracked === this.#pending.waiting && this.#earlier.length === 0
        ? ''
        : encodeRanges(this.#low, this.ranges());
    return { topic: this.topic, partition: this.partition, offset: this.#low, metadata };
  }

  /** The settled ranges above `low`, ascending. */
  ranges(): SettledRange[] {
    const ranges = this.#pending.ranges();
    for (const range of this.#earlier) {
      if (range.last < this.#through) continue;
      ranges.push({ first: Math.max(range.first, this.#through), last: range.last });
    }
    return ranges;
  }
}
