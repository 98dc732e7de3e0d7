import { outageBackoffMs } from './backoff.ts';

/**
 * How a handler that a gate let in came out.
 * `success`: handled. `other`: a failed attempt or a rejection; what stands behind the gate did answer, so for the gate
 * it is as good as a success. `unavailable`: an outage. `interrupted`: stopped from our side, which tells nothing.
 */
export type GateResult = 'success' | 'other' | 'unavailable' | 'interrupted';

export interface GateState {
  readonly up: boolean;
  /** Since when it is up or down, in milliseconds of the gate's clock. */
  readonly sinceMs: number;
  /** Why it is down, as the last failure said; null while up. */
  readonly reason: string | null;
}

export interface GateOptions {
  /** Base and cap of the backoff between probes, in milliseconds. */
  readonly baseMs: number;
  readonly maxMs: number;
  /** So many side by side, and the gate is fully open. */
  readonly maxConcurrency: number;
  /** Milliseconds of any clock that does not step. */
  readonly now: () => number;
  readonly random: () => number;
  /** Called when the gate goes down, and when it comes up again. */
  readonly onChange: (state: GateState) => void;
}

export interface Gate {
  /** A ticket (> 0) if a handler may start now, else 0. Each ticket must be handed back to `leave` once. */
  tryEnter(): number;
  /** `retryAfterMs`: what the target asked for; the next probe waits at least so long. */
  leave(ticket: number, result: GateResult, reason?: string, retryAfterMs?: number | null): void;
  /** When `tryEnter` will next say yes by the passing of time alone, by the gate's clock; null if not by time alone. */
  nextTryAtMs(): number | null;
  /** Whether the gate has not closed since the ticket was given. */
  isCurrent(ticket: number): boolean;
  state(): GateState;
}

/**
 * Keeps handlers from running into an outage.
 *
 *     open ──unavailable──▶ waiting ──time──▶ probing ──answered──▶ ramping ──answered …──▶ open
 *                              ▲                 │                     │
 *                              └───unavailable───┴─────unavailable─────┘
 *
 * Waiting lets no one in; probing one; ramping twice as many after each answer, until that reaches `maxConcurrency`.
 * A ticket is the generation in which its holder entered, and each closing begins a new one. So what was already
 * running when the gate closed is recognised on its way out: n failures side by side are one step on the backoff
 * curve, and neither they nor late successes speak for the target as it is now.
 */
export function createGate(options: GateOptions): Gate {
  return new StatefulGate(options);
}

/** A class, since what is called twice a record is copied into its callers then, and closures of several gates are not. */
class StatefulGate implements Gate {
  readonly #options: GateOptions;
  #generation = 1;
  #inside = 0;
  #permitted: number;
  #failures = 0;
  #nextTryAt = 0;
  #current: GateState;

  constructor(options: GateOptions) {
    this.#options = options;
    this.#permitted = options.maxConcurrency;
    this.#current = { up: true, sinceMs: options.now(), reason: null };
  }

  tryEnter(): number {
    if (this.#inside < this.#permitted) {
      this.#inside += 1;
      return this.#generation;
    }
    if (this.#permitted > 0 || this.#options.now() < this.#nextTryAt) return 0;
    this.#permitted = 1;
    this.#inside = 1;
    return this.#generation;
  }

  leave(ticket: number, result: GateResult, reason = '', retryAfterMs: number | null = null): void {
    if (ticket !== this.#generation) {
      // It no longer counts, but what it heard about the time to wait holds for this outage all the same.
      if (result === 'unavailable')
        this.#nextTryAt = Math.max(this.#nextTryAt, this.#options.now() + (retryAfterMs ?? 0));
      return;
    }
    this.#inside -= 1;
    if (result === 'unavailable') this.#close(reason, retryAfterMs ?? 0);
    else if (result !== 'interrupted') this.#answered();
    // A probe that was interrupted proved nothing: the next one may start at once, and again only one.
    else if (!this.#current.up) this.#permitted = 0;
  }

  nextTryAtMs(): number | null {
    return this.#permitted === 0 ? this.#nextTryAt : null;
  }

  isCurrent(ticket: number): boolean {
    return ticket === this.#generation;
  }

  state(): GateState {
    return this.#current;
  }

  #close(reason: string, retryAfterMs: number): void {
    const { baseMs, maxMs, now, random, onChange } = this.#options;
    const backoff = outageBackoffMs({ baseMs, maxMs, n: this.#failures, random });
    this.#nextTryAt = now() + Math.max(backoff, retryAfterMs);
    this.#failures += 1;
    this.#generation += 1;
    this.#inside = 0;
    this.#permitted = 0;
    const wasUp = this.#current.up;
    this.#current = { up: false, sinceMs: wasUp ? now() : this.#current.sinceMs, reason };
    if (wasUp) onChange(this.#current);
  }

  #answered(): void {
    const { maxConcurrency, now, onChange } = this.#options;
    if (this.#permitted < maxConcurrency) this.#permitted = Math.min(this.#permitted * 2, maxConcurrency);
    if (this.#current.up) return;
    this.#failures = 0;
    this.#current = { up: true, sinceMs: now(), reason: null };
    onChange(this.#current);
  }
}
