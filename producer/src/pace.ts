/** How many events are due, at a steady rate. */
export interface Pace {
  /** Events due now and not yet taken; a whole number. */
  readonly due: () => number;
  /** Marks so many of them as made. */
  readonly take: (count: number) => void;
  /** Milliseconds until the next one is due; 0 when one is. */
  readonly nextInMs: () => number;
}

// After a pause (an outage, a stalled reader of the log) what was missed is not made up for, but for so much.
const maxBehindMs = 1_000;

/** A pace of `perSec` events a second, the first of them due at once. `nowMs` is a monotonic clock in milliseconds. */
export function createPace({ perSec, nowMs }: { perSec: number; nowMs: () => number }): Pace {
  const msPerEvent = 1_000 / perSec;
  let nextAtMs = nowMs();

  return {
    due: () => {
      const now = nowMs();
      if (now < nextAtMs) return 0;
      nextAtMs = Math.max(nextAtMs, now - Math.max(maxBehindMs, msPerEvent));
      return Math.floor((now - nextAtMs) / msPerEvent) + 1;
    },
    take: (count) => {
      nextAtMs += count * msPerEvent;
    },
    nextInMs: () => Math.max(0, nextAtMs - nowMs()),
  };
}
