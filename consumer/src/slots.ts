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

export interface SlotsOptions {
  readonly max: number;
  /** Whether those who wait may go on: not while partitions are given back, nor without a lease. */
  readonly mayBegin: () => boolean;
  /** Called whenever a place is given back that nobody waits for. */
  readonly onFree: () => void;
}

export function createSlots(options: SlotsOptions): Slots {
  return new CountedSlots(options);
}

/**
 * A class, since each record comes by twice: V8 keeps an object literal with a getter as a dictionary, and what is
 * called of one is looked up by its name each time.
 */
class CountedSlots implements Slots {
  readonly #options: SlotsOptions;
  readonly #line = createWaitingLine<boolean>({ cut: false });
  #running = 0;

  constructor(options: SlotsOptions) {
    this.#options = options;
  }

  get running(): number {
    return this.#running;
  }

  get free(): boolean {
    return this.#running < this.#options.max && this.#line.length === 0;
  }

  tryTake(): boolean {
    return this.#line.length === 0 && this.#takeFree();
  }

  async take(signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return false;
    return (this.#options.mayBegin() && this.tryTake()) || (await this.#line.wait(signal));
  }

  give(): void {
    this.#running -= 1;
    if (this.#line.length > 0) this.serve();
    if (this.#running < this.#options.max) this.#options.onFree();
  }

  serve(): void {
    this.#line.serve(() => (this.#options.mayBegin() && this.#takeFree()) || null);
  }

  #takeFree(): boolean {
    if (this.#running >= this.#options.max) return false;
    this.#running += 1;
    return true;
  }
}
