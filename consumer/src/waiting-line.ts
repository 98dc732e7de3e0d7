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
  return new FirstComeLine(options.cut, options.left);
}

class FirstComeLine<T> implements WaitingLine<T> {
  readonly #cut: T;
  readonly #left: (() => void) | undefined;
  readonly #waiters: Waiter<T>[] = [];

  constructor(cut: T, left: (() => void) | undefined) {
    this.#cut = cut;
    this.#left = left;
  }

  get length(): number {
    return this.#waiters.length;
  }

  wait(signal: AbortSignal): Promise<T> {
    if (signal.aborted) return Promise.resolve(this.#cut);
    const { promise, resolve } = Promise.withResolvers<T>();
    const waiter: Waiter<T> = {
      signal,
      resolve,
      onAbort: () => {
        this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
        resolve(this.#cut);
        this.#left?.();
      },
    };
    signal.addEventListener('abort', waiter.onAbort, { once: true });
    this.#waiters.push(waiter);
    return promise;
  }

  serve(next: () => T | null): void {
    while (this.#waiters.length > 0) {
      const served = next();
      if (served === null) return;
      const waiter = this.#waiters.shift() as Waiter<T>;
      waiter.signal.removeEventListener('abort', waiter.onAbort);
      waiter.resolve(served);
    }
  }
}
