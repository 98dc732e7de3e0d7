import { setTimeout as sleep } from 'node:timers/promises';

const pollMs = 200;
const requestTimeoutMs = 2_000;
/** A stack that has nothing to wait for is there within a few seconds. */
const lateMs = 30_000;

/** Handled, or a dead letter: with INVALID_RATIO=1 there is nothing else. */
const settledIn = (metrics: string): number => {
  const samples = metrics.matchAll(/^consumer_records_settled_total(?:\{[^}]*\})? (\S+)$/gm);
  return [...samples].reduce((sum, [, value]) => sum + Number(value), 0);
};

const settledAt = async (metricsUrl: string): Promise<number> => {
  try {
    const response = await fetch(metricsUrl, { signal: AbortSignal.timeout(requestTimeoutMs) });
    return settledIn(await response.text());
  } catch {
    return 0; // not listening yet
  }
};

export interface FirstEventOptions {
  readonly metricsUrl: string;
  readonly signal: AbortSignal;
  /** A monotonic clock in milliseconds. */
  readonly nowMs: () => number;
  /** Called once, when there is no event after 30 s. */
  readonly onLate: (waitedMs: number) => void;
}

/** Resolves to true when the consumer with these metrics has settled an event, to false when aborted before. */
export const firstEvent = async ({
  metricsUrl,
  signal,
  nowMs,
  onLate,
}: FirstEventOptions): Promise<boolean> => {
  const startedMs = nowMs();
  let late = false;
  while (!signal.aborted) {
    if ((await settledAt(metricsUrl)) > 0) return true;
    const waitedMs = nowMs() - startedMs;
    if (!late && !signal.aborted && waitedMs >= lateMs) {
      late = true;
      onLate(waitedMs);
    }
    await sleep(pollMs, undefined, { signal }).catch(() => {});
  }
  return false;
};
