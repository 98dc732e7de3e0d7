/** What a wait on the curve depends on. */
export interface Backoff {
  /** The first wait before randomness, in milliseconds; 0 means no wait at all. */
  readonly baseMs: number;
  /** No wait is longer than this many milliseconds. */
  readonly maxMs: number;
  /** How many waits came before this one: 0, 1, … */
  readonly n: number;
  /** A number from 0 (included) to 1, drawn anew for each wait. */
  readonly random: () => number;
}

/** A letter that cannot be written and a target that is down are never tried more often than this. */
const OUTAGE_FLOOR_MS = 100;

/**
 * The wait before retry n, in milliseconds: base × 2^n × a random factor in 0.5–1, at most the cap.
 * Any n is safe: what overflows ends at the cap.
 */
export function backoffMs({ baseMs, maxMs, n, random }: Backoff): number {
  // Zero times an overflowed power would be NaN.
  if (baseMs === 0) return 0;
  return Math.min(maxMs, baseMs * 2 ** n * (0.5 + random() / 2));
}

/** The same curve for an outage (a letter that cannot be written, a target that is down): at least 100 ms. */
export function outageBackoffMs(backoff: Backoff): number {
  return Math.max(OUTAGE_FLOOR_MS, backoffMs(backoff));
}
