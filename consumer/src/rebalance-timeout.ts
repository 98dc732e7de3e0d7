const LEAST_MS = 60_000;

/**
 * How long the group waits, at a rebalance, for a member to join again, in milliseconds. Whoever has not by then is out, and
 * others have its partitions, however long its session may be: were it shorter than the session, the lease of a member that
 * has not heard of the rebalance yet would outlast that.
 */
export function rebalanceTimeoutMs(sessionTimeoutMs: number): number {
  return Math.max(LEAST_MS, sessionTimeoutMs);
}
