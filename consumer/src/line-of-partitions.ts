import type { OwnedPartition } from './receive.ts';

/** The partitions that may have records waiting, the next in turn first. */
export class LineOfPartitions {
  readonly #line: OwnedPartition[] = [];

  get length(): number {
    return this.#line.length;
  }

  /** The one in turn, which stays it; null where nobody stands in the line. */
  get first(): OwnedPartition | null {
    return this.#line[0] ?? null;
  }

  /** Puts it at the end, unless it stands in the line already. */
  add(partition: OwnedPartition): void {
    if (!partition.isInTurn) this.#line.push(partition);
    partition.isInTurn = true;
  }

  remove(partition: OwnedPartition): void {
    if (partition.isInTurn) this.#line.splice(this.#line.indexOf(partition), 1);
    partition.isInTurn = false;
  }

  /** The next that has records waiting, which goes to the end; null where none has. Those without any leave the line. */
  next(): OwnedPartition | null {
    for (let partition = this.#line.shift(); partition !== undefined; partition = this.#line.shift()) {
      partition.isInTurn = partition.waiting > 0;
      if (!partition.isInTurn) continue;
      this.#line.push(partition);
      return partition;
    }
    return null;
  }
}
