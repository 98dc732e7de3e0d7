/**
 * Keys of partitions that were let go while a handler ran: they stay locked until it has ended. A handler of an earlier
 * tenure and one of the same key must not run side by side, also where the partition is back.
 */
export class LockedKeys {
  readonly #endings = new Map<string, Promise<unknown>>();

  get size(): number {
    return this.#endings.size;
  }

  lock(partitionName: string, key: string, ending: Promise<unknown>): void {
    const name = `${partitionName}/${key}`;
    const unlock = () => {
      if (this.#endings.get(name) === ending) this.#endings.delete(name);
    };
    this.#endings.set(name, ending);
    ending.then(unlock, unlock);
  }

  /** When the key is free again; undefined where it is not locked. */
  endingOf(partitionName: string, key: string): Promise<unknown> | undefined {
    return this.#endings.get(`${partitionName}/${key}`);
  }
}
