import { setTimeout as sleep } from 'node:timers/promises';

const pollMs = 200;
const requestTimeoutMs = 2_000;

const handledIn = (metrics: string): number => {
  const samples = metrics.matchAll(/^consumer_events_handled_total(?:\{[^}]*\})? (\S+)$/gm);
  return [...samples].reduce((sum, [, value]) => sum + Number(value), 0);
};

const handledAt = async (metricsUrl: string): Promise<number> => {
  try {
    const response = await fetch(metricsUrl, { signal: AbortSignal.timeout(requestTimeoutMs) });
    return handledIn(await response.text());
  } catch {
    return 0; // not listening yet
  }
};

/** Resolves to true when the consumer with these metrics has handled an event, to false when aborted before. */
export const firstEvent = async (metricsUrl: string, signal: AbortSignal): Promise<boolean> => {
  while (!signal.aborted) {
    if ((await handledAt(metricsUrl)) > 0) return true;
    await sleep(pollMs, undefined, { signal }).catch(() => {});
  }
  return false;
};
