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
  /** The offsets in [low, through) in ascending order, from `#head` on; whether each is settled, and its timestamp. */
  #offsets: number[] = [];
  #done: boolean[] = [];
  #timestamps: number[] = [];
  #head = 0;
  #waiting = 0;
  #runs = 0;
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
    return this.#timestamps[this.#head] ?? null;
  }

  /** Records that were begun and are not settled. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Records that are kept in the list: those waiting, and those settled above the first that waits. */
  get tracked(): number {
    return this.#offsets.length - this.#head;
  }

  /** The hot path: the record at `offset` was begun and settled before any other was begun. */
  settleNext(offset: number, timestampMs: number, _settled: Settled): void {
    this.#through = offset + 1;
    if (this.#head === this.#offsets.length) this.#low = offset + 1;
    else this.#append(offset, timestampMs, true);
  }

  /** The record at `offset` was begun, and is not settled yet. */
  begin(offset: number, timestampMs: number): void {
    this.#through = offset + 1;
    if (this.#head === this.#offsets.length) this.#low = offset;
    this.#append(offset, timestampMs, false);
    this.#waiting += 1;
  }

  /** A record that was begun earlier is settled. Settling twice, or what was never begun, is a bug. */
  settle(offset: number, _settled: Settled): void {
    const index = this.#indexOf(offset);
    if (index === -1 || this.#done[index] === true) {
      throw new Error(`${this.topic}/${this.partition}: offset ${offset} is not waiting to be settled`);
    }
    this.#waiting -= 1;
    this.#done[index] = true;
    this.#runs += 1;
    if (index > this.#head && this.#done[index - 1] === true) this.#runs -= 1;
    if (index + 1 < this.#done.length && this.#done[index + 1] === true) this.#runs -= 1;
    if (index === this.#head) this.#advance();
  }

  /** Every record below `offset` was begun: what lies between the last one and `offset` holds none. */
  reach(offset: number): void {
    if (offset <= this.#through) return;
    this.#through = offset;
    if (this.#head === this.#offsets.length) this.#low = offset;
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
    const ranges = this.#waiting + 1 + this.#earlier.length;
    const end = this.#earlier.at(-1)?.last ?? 0;
    const span = Math.max(offset, end) + 1 - this.#low;
    return fitsMetadata(ranges, span);
  }

  /** What may be committed now. */
  committable(): Committable {
    const metadata =
      this.#runs === 0 && this.#earlier.length === 0 ? '' : encodeRanges(this.#low, this.ranges()).text;
    return { topic: this.topic, partition: this.partition, offset: this.#low, metadata };
  }

  /** The settled ranges above `low`, ascending. Neighbours in the list are one range: no record lies between them. */
  ranges(): SettledRange[] {
    const ranges: SettledRange[] = [];
    let first = -1;
    for (let index = this.#head; index < this.#offsets.length; index += 1) {
      const offset = this.#offsets[index] as number;
      if (this.#done[index] !== true) first = -1;
      else if (first === -1) {
        first = offset;
        ranges.push({ first, last: offset });
      } else ranges[ranges.length - 1] = { first, last: offset };
    }
    for (const range of this.#earlier) {
      if (range.last < this.#through) continue;
      ranges.push({ first: Math.max(range.first, this.#through), last: range.last });
    }
    return ranges;
  }

  #append(offset: number, timestampMs: number, done: boolean): void {
    const last = this.#offsets.length - 1;
    if (done && !(last >= this.#head && this.#done[last] === true)) this.#runs += 1;
    this.#offsets.push(offset);
    this.#done.push(done);
    this.#timestamps.push(timestampMs);
  }

  #advance(): void {
    let head = this.#head;
    while (head < this.#offsets.length && this.#done[head] === true) head += 1;
    this.#runs -= 1;
    this.#head = head;
    if (head === this.#offsets.length) {
      this.#offsets = [];
      this.#done = [];
      this.#timestamps = [];
      this.#head = 0;
      this.#low = this.#through;
      return;
    }
    this.#low = this.#offsets[head] as number;
    if (head > 1_024 && head * 2 > this.#offsets.length) this.#trim();
  }

  /** Forgets the settled part of the list, now and then, so that its cost is shared by many records. */
  #trim(): void {
    this.#offsets = this.#offsets.slice(this.#head);
    this.#done = this.#done.slice(this.#head);
    this.#timestamps = this.#timestamps.slice(this.#head);
    this.#head = 0;
  }

  #indexOf(offset: number): number {
    let from = this.#head;
    let to = this.#offsets.length - 1;
    while (from <= to) {
      const middle = (from + to) >>> 1;
      const found = this.#offsets[middle] as number;
      if (found === offset) return middle;
      if (found < offset) from = middle + 1;
      else to = middle - 1;
    }
    return -1;
  }
}
