/** Timers of the platform cannot wait longer; who waits longer looks again. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** A limit of time that many keep at once. */
export interface TimeLimits<T> {
  /** `sinceMs`, on the clock of performance.now(), is no earlier than that of the one before. */
  add(entry: T, sinceMs: number): void;
  /** It has ended in time; one that is not here (any more) is left alone. */
  delete(entry: T): void;
}

/**
 * Calls `expired` once for each entry that is still here `afterMs` after it began. The limit is the same for all, so the
 * first that came is the first that is due, and one timer, set for that one, serves them all: a timer each would cost
 * more than most calls that are watched. An entry that ends leaves the timer alone; it looks for the next when it fires,
 * and never keeps the process alive.
 */
export function createTimeLimits<T>(afterMs: number, expired: (entry: T) => void): TimeLimits<T> {
  const since = new Map<T, number>();
  let timer: NodeJS.Timeout | null = null;

  function expire(): void {
    timer = null;
    const nowMs = performance.now();
    for (const [entry, sinceMs] of since) {
      const leftMs = sinceMs + afterMs - nowMs;
      if (leftMs > 0) return setTimer(leftMs);
      since.delete(entry);
      expired(entry);
    }
  }

  function setTimer(leftMs: number): void {
    timer = setTimeout(expire, Math.min(Math.ceil(leftMs), MAX_TIMER_MS)).unref();
  }

  return {
    add(entry, sinceMs) {
      since.set(entry, sinceMs);
      if (timer === null) setTimer(sinceMs + afterMs - performance.now());
    },
    delete: (entry) => void since.delete(entry),
  };
}
