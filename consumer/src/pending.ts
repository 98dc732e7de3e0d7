import type { Settled } from './settled.ts';

/** What will settle a record later, or not at all (null): a promise's work for one listener, at a fraction of its cost. */
export interface Pending {
  /** Never calls back at once; to be called once, in the tick in which the pending was given out. */
  whenEnded(ended: (settled: Settled | null) => void): void;
}
