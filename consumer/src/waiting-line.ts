/** Those who wait for something of which there is not enough, first come, first served. */
export interface WaitingLine<T> {
  readonly length: number;
  /** Waits to be served; resolves to `cut` when `signal` aborts first. */
  wait(signal: AbortSignal): Promise<T>;
  /** Serves the first in line with what `next` gives, again and again, until that is null or nobody waits. */
  serve(next: () => T | null): void;
}

interface Waiter<T> {
  readonly signal: AbortSignal;
  readonly resolve: (served: T) => void;
  readonly onAbort: () => void;
}

/** @param options.left called when one who waited has given up. */
export function createWaitingLine<T>(options: {
  readonly cut: T;
  readonly left?: () => void;
}): WaitingLine<T> {
  const { cut, left } = options;
  const waiters: Waiter<T>[] = [];

  return {
    get length() {
      return waiters.length;
    },
    wait(signal) {
      if (signal.aborted) return Promise.resolve(cut);
      const { promise, resolve } = Promise.withResolvers<T>();
      const waiter: Waiter<T> = {
        signal,
        resolve,
        onAbort: () => {
          waiters.splice(waiters.indexOf(waiter), 1);
          resolve(cut);
          left?.();
        },
      };
      signal.addEventListener('abort', waiter.onAbort, { once: true });
      waiters.push(waiter);
      return promise;
    },
    serve(next) {
      while (waiters.length > 0) {
        const served = next();
        if (served === null) return;
        const waiter = waiters.shift() as Waiter<T>;
        waiter.signal.removeEventListener('abort', waiter.onAbort);
        waiter.resolve(served);
      }
    },
  };
}
