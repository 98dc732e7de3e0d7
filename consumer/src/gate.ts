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
  readonly tryEnter: () => number;
  /** `retryAfterMs`: what the target asked for; the next probe waits at least so long. */
  readonly leave: (ticket: number, result: GateResult, reason?: string, retryAfterMs?: number | null) => void;
  /** When `tryEnter` will next say yes by the passing of time alone, by the gate's clock; null if not by time alone. */
  readonly nextTryAtMs: () => number | null;
  /** Whether the gate has not closed since the ticket was given. */
  readonly isCurrent: (ticket: number) => boolean;
  readonly state: () => GateState;
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
  const { baseMs, maxMs, maxConcurrency, now, random, onChange } = options;
  let generation = 1;
  let inside = 0;
  let permitted = maxConcurrency;
  let failures = 0;
  let nextTryAt = 0;
  let current: GateState = { up: true, sinceMs: now(), reason: null };

  function tryEnter(): number {
    if (inside < permitted) {
      inside++;
      return generation;
    }
    if (permitted > 0 || now() < nextTryAt) return 0;
    permitted = 1;
    inside = 1;
    return generation;
  }

  function close(reason: string, retryAfterMs: number): void {
    const backoff = outageBackoffMs({ baseMs, maxMs, n: failures, random });
    nextTryAt = now() + Math.max(backoff, retryAfterMs);
    failures++;
    generation++;
    inside = 0;
    permitted = 0;
    const wasUp = current.up;
    current = { up: false, sinceMs: wasUp ? now() : current.sinceMs, reason };
    if (wasUp) onChange(current);
  }

  function answered(): void {
    if (permitted < maxConcurrency) permitted = Math.min(permitted * 2, maxConcurrency);
    if (current.up) return;
    failures = 0;
    current = { up: true, sinceMs: now(), reason: null };
    onChange(current);
  }

  function leave(ticket: number, result: GateResult, reason = '', retryAfterMs: number | null = null): void {
    if (ticket !== generation) {
      // It no longer counts, but what it heard about the time to wait holds for this outage all the same.
      if (result === 'unavailable') nextTryAt = Math.max(nextTryAt, now() + (retryAfterMs ?? 0));
      return;
    }
    inside--;
    if (result === 'unavailable') close(reason, retryAfterMs ?? 0);
    else if (result !== 'interrupted') answered();
    // A probe that was interrupted proved nothing: the next one may start at once, and again only one.
    else if (!current.up) permitted = 0;
  }

  return {
    tryEnter,
    leave,
    nextTryAtMs: () => (permitted === 0 ? nextTryAt : null),
    isCurrent: (ticket) => ticket === generation,
    state: () => current,
  };
}
