/** The places for running handlers: at most `MAX_CONCURRENCY` at once. */
export interface Slots {
  readonly running: number;
  /** Takes a place if one is free, nothing may be begun and nobody waits for one longer. */
  tryTake(): boolean;
  /** Waits for a place, in turn. False when `signal` aborts first. */
  take(signal: AbortSignal): Promise<boolean>;
  give(): void;
  /** Looks again whether those who wait may go on: after `mayBegin` has changed. */
  serve(): void;
}

interface Waiter {
  readonly signal: AbortSignal;
  readonly resolve: (taken: boolean) => void;
  readonly onAbort: () => void;
}

/**
 * @param mayBegin whether anything may begin at all: not while partitions are given back, nor without a lease.
 * @param onFree called whenever a place is given back that nobody waits for.
 */
export function createSlots(options: {
  readonly max: number;
  readonly mayBegin: () => boolean;
  readonly onFree: () => void;
}): Slots {
  const { max, mayBegin, onFree } = options;
  const waiters: Waiter[] = [];
  let running = 0;

  function tryTake(): boolean {
    if (running >= max || waiters.length > 0 || !mayBegin()) return false;
    running += 1;
    return true;
  }

  function take(signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return Promise.resolve(false);
    if (tryTake()) return Promise.resolve(true);
    return new Promise((resolve) => {
      const waiter: Waiter = {
        signal,
        resolve,
        onAbort: () => {
          waiters.splice(waiters.indexOf(waiter), 1);
          resolve(false);
        },
      };
      signal.addEventListener('abort', waiter.onAbort, { once: true });
      waiters.push(waiter);
    });
  }

  function serve(): void {
    while (waiters.length > 0 && running < max && mayBegin()) {
      const waiter = waiters.shift() as Waiter;
      waiter.signal.removeEventListener('abort', waiter.onAbort);
      running += 1;
      waiter.resolve(true);
    }
  }

  function give(): void {
    running -= 1;
    if (waiters.length > 0) serve();
    if (running < max) onFree();
  }

  return {
    get running() {
      return running;
    },
    tryTake,
    take,
    give,
    serve,
  };
}
