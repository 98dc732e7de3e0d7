/** Counts observations in buckets. Most are of the bucket of the one before, where the search begins: cheap enough for each record. */
export class Histogram {
  readonly bounds: readonly number[];
  /** Observations in each bucket alone, the last one above all bounds. */
  readonly counts: number[];
  sum = 0;
  #last = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = Array.from({ length: bounds.length + 1 }, () => 0);
  }

  observe(value: number): void {
    const { bounds } = this;
    let index = this.#last;
    while (index > 0 && value <= (bounds[index - 1] as number)) index -= 1;
    while (index < bounds.length && value > (bounds[index] as number)) index += 1;
    this.#last = index;
    this.counts[index] = (this.counts[index] as number) + 1;
    this.sum += value;
  }
}
