/** Timers of the platform cannot wait longer; who waits longer looks again. */
export const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * What can keep a limit of time: the entry is itself a link of the list that it stands in. A map would do, but its tables
 * are made anew again and again where entries come and go, and one that the garbage collector has moved to the old
 * generation keeps all later ones, and their entries, until the next full collection.
 */
export class TimeLimited {
  sinceMs = 0;
  /** Null outside of a list. */
  before: TimeLimited | null = null;
  after: TimeLimited | null = null;
}

/** A limit of time that many keep at once. */
export interface TimeLimits<T extends TimeLimited> {
  /** `sinceMs`, on the clock of performance.now(), is no earlier than that of the one before. It stands in no other list. */
  add(entry: T, sinceMs: number): void;
  /** It has ended in time; one that is not here (any more) is left alone. */
  delete(entry: T): void;
}

/** A timer that fires so much too late: the process stood still, and what ended meanwhile is not read yet. */
const STOOD_STILL_MS = 500;

/**
 * Calls `expired` once for each entry that is still here `afterMs` after it began. The limit is the same for all, so the
 * first that came is the first that is due, and one timer, set for that one, serves them all: a timer each would cost
 * more than most calls that are watched. An entry that ends leaves the timer alone; it looks for the next when it fires,
 * and never keeps the process alive.
 */
export function createTimeLimits<T extends TimeLimited>(
  afterMs: number,
  expired: (entry: T) => void,
): TimeLimits<T> {
  /** Before the first and behind the last. */
  const ends = new TimeLimited();
  ends.before = ends;
  ends.after = ends;
  let timer: NodeJS.Timeout | null = null;
  let dueMs = 0;

  function expire(): void {
    timer = null;
    const nowMs = performance.now();
    for (let first = ends.after; first !== null && first !== ends; first = ends.after) {
      const leftMs = first.sinceMs + afterMs - nowMs;
      if (leftMs > 0) return setTimer(leftMs);
      unlink(first);
      expired(first as T);
    }
  }

  function setTimer(leftMs: number): void {
    const waitMs = Math.min(Math.max(Math.ceil(leftMs), 0), MAX_TIMER_MS);
    dueMs = performance.now() + waitMs;
    timer = setTimeout(fire, waitMs).unref();
  }

  /** Timers come before what was received: that is let in first where there was no time for it. */
  function fire(): void {
    if (performance.now() - dueMs < STOOD_STILL_MS) expire();
    else setImmediate(expire);
  }

  return {
    add(entry, sinceMs) {
      entry.sinceMs = sinceMs;
      link(entry, ends);
      if (timer === null) setTimer(sinceMs + afterMs - performance.now());
    },
    delete: unlink,
  };
}

/** Puts an entry behind the last one. */
function link(entry: TimeLimited, ends: TimeLimited): void {
  const last = ends.before ?? ends;
  entry.before = last;
  entry.after = ends;
  last.after = entry;
  ends.before = entry;
}

/** What is out of the list points to nothing that is in it. */
function unlink(entry: TimeLimited): void {
  const { before, after } = entry;
  if (before === null || after === null) return;
  before.after = after;
  after.before = before;
  entry.before = null;
  entry.after = null;
}
