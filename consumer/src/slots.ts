import { createWaitingLine } from './waiting-line.ts';

/** The places for running handlers: at most `MAX_CONCURRENCY` at once. */
export interface Slots {
  readonly running: number;
  /** Whether `tryTake` would take a place now. */
  readonly free: boolean;
  /** Takes a place if one is free and nobody waits for one longer, for a caller that has asked whether anything may begin. */
  tryTake(): boolean;
  /** Waits for a place, in turn. False when `signal` aborts first. */
  take(signal: AbortSignal): Promise<boolean>;
  give(): void;
  /** Looks again whether those who wait may go on: after `mayBegin` has changed. */
  serve(): void;
}

/**
 * @param mayBegin whether those who wait may go on: not while partitions are given back, nor without a lease.
 * @param onFree called whenever a place is given back that nobody waits for.
 */
export function createSlots(options: {
  readonly max: number;
  readonly mayBegin: () => boolean;
  readonly onFree: () => void;
}): Slots {
  const { max, mayBegin, onFree } = options;
  const line = createWaitingLine<boolean>({ cut: false });
  let running = 0;

  function takeFree(): boolean {
    if (running >= max) return false;
    running += 1;
    return true;
  }

  const tryTake = (): boolean => line.length === 0 && takeFree();

  async function take(signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return false;
    return (mayBegin() && tryTake()) || (await line.wait(signal));
  }

  const serve = (): void => line.serve(() => (mayBegin() && takeFree()) || null);

  function give(): void {
    running -= 1;
    if (line.length > 0) serve();
    if (running < max) onFree();
  }

  return {
    get running() {
      return running;
    },
    get free() {
      return running < max && line.length === 0;
    },
    tryTake,
    take,
    give,
    serve,
  };
}
