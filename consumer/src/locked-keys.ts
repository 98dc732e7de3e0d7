/** Keys of partitions that were let go while a handler ran: they stay locked until it has ended. */
export interface LockedKeys {
  readonly size: number;
  lock(partitionName: string, key: string, ending: Promise<unknown>): void;
  /** When the key is free again; undefined where it is not locked. */
  endingOf(partitionName: string, key: string): Promise<unknown> | undefined;
}

/** A handler of an earlier tenure and one of the same key must not run side by side, also where the partition is back. */
export function createLockedKeys(): LockedKeys {
  const endings = new Map<string, Promise<unknown>>();
  return {
    get size() {
      return endings.size;
    },
    lock(partitionName, key, ending) {
      const name = `${partitionName}/${key}`;
      const unlock = () => {
        if (endings.get(name) === ending) endings.delete(name);
      };
      endings.set(name, ending);
      ending.then(unlock, unlock);
    },
    endingOf: (partitionName, key) => endings.get(`${partitionName}/${key}`),
  };
}
