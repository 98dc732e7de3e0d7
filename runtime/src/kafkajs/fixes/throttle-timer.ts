/**
 * A timer for queued requests only while there are some, and a broker's wish for rest on a clock that never steps.
 *
 * Without this, each connection checks its empty queue every millisecond for ever once it has had an answer, and gives timers negative
 * times, which Node 24 and later warn about (tulios/kafkajs #1556, #1704, #1751); and where the machine's clock goes back an hour, a connection that is throttled for a moment sends
 * nothing for an hour.
 */
import type { RequestQueue } from '../internal-types.ts';
import type { Internals } from '../internals.ts';

const SHORTEST_CHECK_MS = 10;
/** Longer than the windows that brokers reckon quotas in; one that wants more lets the connection wait itself (KIP-219). */
const LONGEST_REST_MS = 30_000;

/** Replaces the scheduling of checks on kafkajs's RequestQueue, and its looks at the clock. */
export function fixThrottleTimer({ RequestQueue }: Pick<Internals, 'RequestQueue'>): void {
  RequestQueue.prototype.scheduleCheckPendingRequests = scheduleCheck;
  RequestQueue.prototype.maybeThrottle = throttle;
  RequestQueue.prototype.canSendSocketRequestImmediately = maySend;
}

function throttle(this: RequestQueue, waitMs: number | null): void {
  if (waitMs !== null && waitMs > 0)
    this.throttledUntil = Math.max(
      this.throttledUntil,
      performance.now() + Math.min(waitMs, LONGEST_REST_MS),
    );
}

function maySend(this: RequestQueue): boolean {
  const isFull = this.maxInFlightRequests !== null && this.inflight.size >= this.maxInFlightRequests;
  return !isFull && this.throttledUntil <= performance.now();
}

function scheduleCheck(this: RequestQueue): void {
  if (this.pending.length === 0 || this.throttleCheckTimeoutId !== null) return;
  const waitMs = Math.max(this.throttledUntil - performance.now(), SHORTEST_CHECK_MS);
  this.throttleCheckTimeoutId = setTimeout(() => {
    this.throttleCheckTimeoutId = null;
    this.checkPendingRequests();
  }, waitMs);
}
