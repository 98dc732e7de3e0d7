import type { SettledRange } from './settled-ranges.ts';

/**
 * The offsets of a partition from the first record that waits on, in ascending order: records that wait, and runs of
 * settled ones between and behind them. One that waited and is settled stays a run of its own in the list, also between others.
 */
export class PendingOffsets {
  /** From `#head` on: first and last offset, how many settled records that is (0: one that waits), the first's timestamp. */
  #firsts: number[] = [];
  #lasts: number[] = [];
  #settled: number[] = [];
  #timestamps: number[] = [];
  #head = 0;
  /** Records that it speaks of: those that wait, and those settled above the first that waits. */
  tracked = 0;
  /** Records that wait. */
  waiting = 0;

  /** The first that waits; there must be one. */
  get first(): number {
    return this.#firsts[this.#head] as number;
  }

  /** Its timestamp, in milliseconds; null where none waits. */
  get firstTimestampMs(): number | null {
    return this.#timestamps[this.#head] ?? null;
  }

  /** One that waits, behind all others. */
  add(offset: number, timestampMs: number): void {
    this.#append(offset, timestampMs, 0);
    this.waiting += 1;
  }

  /** A settled one behind all others, of which one must wait. Behind a settled one it takes no place of its own. */
  addSettled(offset: number, timestampMs: number): void {
    const last = this.#firsts.length - 1;
    if (this.#isSettled(last)) {
      this.#lasts[last] = offset;
      (this.#settled[last] as number) += 1;
      this.tracked += 1;
      return;
    }
    this.#append(offset, timestampMs, 1);
  }

  /** @returns whether the record did wait; `first` may be another one now. */
  settle(offset: number): boolean {
    const index = this.#indexOf(offset);
    if (index === -1 || this.#isSettled(index)) return false;
    this.waiting -= 1;
    this.#settled[index] = 1;
    if (index === this.#head) this.#advance();
    return true;
  }

  /** What is settled above the first that waits. Neighbours in the list are one range: no record lies between them. */
  ranges(): SettledRange[] {
    const ranges: SettledRange[] = [];
    let first = -1;
    for (let index = this.#head; index < this.#firsts.length; index += 1) {
      const last = this.#lasts[index] as number;
      if (!this.#isSettled(index)) first = -1;
      else if (first === -1) {
        first = this.#firsts[index] as number;
        ranges.push({ first, last });
      } else ranges[ranges.length - 1] = { first, last };
    }
    return ranges;
  }

  #isSettled(index: number): boolean {
    return (this.#settled[index] ?? 0) > 0;
  }

  #append(offset: number, timestampMs: number, settled: number): void {
    this.#firsts.push(offset);
    this.#lasts.push(offset);
    this.#settled.push(settled);
    this.#timestamps.push(timestampMs);
    this.tracked += 1;
  }

  #advance(): void {
    let head = this.#head;
    for (; this.#isSettled(head); head += 1) this.tracked -= this.#settled[head] as number;
    this.#head = head;
    // Now and then, so that its cost is shared by many records.
    if (head === this.#firsts.length || (head > 1_024 && head * 2 > this.#firsts.length)) this.#forget();
  }

  #forget(): void {
    this.#firsts = this.#firsts.slice(this.#head);
    this.#lasts = this.#lasts.slice(this.#head);
    this.#settled = this.#settled.slice(this.#head);
    this.#timestamps = this.#timestamps.slice(this.#head);
    this.#head = 0;
  }

  #indexOf(offset: number): number {
    let from = this.#head;
    let to = this.#firsts.length - 1;
    while (from <= to) {
      const middle = (from + to) >>> 1;
      const found = this.#firsts[middle] as number;
      if (found === offset) return middle;
      if (found < offset) from = middle + 1;
      else to = middle - 1;
    }
    return -1;
  }
}
