/** How often something has happened in a cell, by what it is: `kill`, `zombie`, `broker kill` … */
export interface Tally {
  add(what: string): void;
  of(what: string): number;
  all(): Readonly<Record<string, number>>;
}

/** Counts what happens in a cell. */
export function createTally(): Tally {
  const counts = new Map<string, number>();
  return {
    add: (what) => void counts.set(what, (counts.get(what) ?? 0) + 1),
    of: (what) => counts.get(what) ?? 0,
    all: () => Object.fromEntries(counts),
  };
}
