/**
 * A timer for queued requests only while there are some.
 *
 * Without this, each connection checks its empty queue every millisecond for ever once it has had an answer, and gives timers negative
 * times, which Node 24 and later warn about (tulios/kafkajs #1556, #1704, #1751).
 */
import type { RequestQueue } from '../internal-types.ts';
import type { Internals } from '../internals.ts';

const SHORTEST_CHECK_MS = 10;

/** Replaces the scheduling of checks on kafkajs's RequestQueue. */
export function fixThrottleTimer({ RequestQueue }: Pick<Internals, 'RequestQueue'>): void {
  RequestQueue.prototype.scheduleCheckPendingRequests = scheduleCheck;
}

function scheduleCheck(this: RequestQueue): void {
  if (this.pending.length === 0 || this.throttleCheckTimeoutId !== null) return;
  const waitMs = Math.max(this.throttledUntil - Date.now(), SHORTEST_CHECK_MS);
  this.throttleCheckTimeoutId = setTimeout(() => {
    this.throttleCheckTimeoutId = null;
    this.checkPendingRequests();
  }, waitMs);
}
