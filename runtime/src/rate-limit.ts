/** What stands between a fault that repeats and the log. Keys name faults: one key, one fault. */
export interface FaultLog {
  /**
   * The fault happened. `write` is called for the first time at once, and then at most once an interval, with the
   * number of happenings since its last call that were not written.
   */
  readonly fault: (key: string, write: (suppressed: number) => void) => void;
  /**
   * The fault is over: `write` is called if it had been there, with how long it lasted and how often it happened.
   * The next time that it happens is a first time again.
   */
  readonly recovered: (
    key: string,
    write: (facts: { readonly lastedMs: number; readonly times: number }) => void,
  ) => void;
}

interface Fault {
  readonly sinceMs: number;
  writtenAtMs: number;
  suppressed: number;
  times: number;
}

/**
 * Limits the lines about a fault that repeats to one per `intervalMs`. Bounded: keys must come from the program, not
 * from data. `nowMs` is a monotonic clock in milliseconds.
 */
export function createFaultLog(options: {
  readonly intervalMs: number;
  readonly nowMs: () => number;
}): FaultLog {
  const { intervalMs, nowMs } = options;
  const faults = new Map<string, Fault>();

  return {
    fault(key, write) {
      const now = nowMs();
      const known = faults.get(key);
      if (known === undefined) {
        faults.set(key, { sinceMs: now, writtenAtMs: now, suppressed: 0, times: 1 });
        write(0);
        return;
      }
      known.times += 1;
      if (now - known.writtenAtMs < intervalMs) {
        known.suppressed += 1;
        return;
      }
      const { suppressed } = known;
      known.writtenAtMs = now;
      known.suppressed = 0;
      write(suppressed);
    },
    recovered(key, write) {
      const known = faults.get(key);
      if (known === undefined) return;
      faults.delete(key);
      write({ lastedMs: nowMs() - known.sinceMs, times: known.times });
    },
  };
}
