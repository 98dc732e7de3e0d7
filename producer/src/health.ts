import type { Verdict } from '@event-pipeline/runtime/http.ts';
import type { TopicsState } from '@event-pipeline/runtime/topics.ts';

/** What the producer knows of itself; its steps write it, the HTTP routes read it. */
export interface Health {
  readonly topics: (state: TopicsState) => void;
  readonly sendSucceeded: () => void;
  readonly sendFailed: (reason: string) => void;
  readonly turned: () => void;
  readonly readyz: () => Verdict;
  readonly healthz: () => Verdict;
}

// A turn of the producing loop never waits for longer than a second; only a loop that is stuck is late by so much.
const longestTurnMs = 30_000;

/**
 * Ready: the topics are there and Kafka takes events. Healthy: the loop turns; an outage of Kafka, which no restart
 * cures, does not change that. `nowMs` is a monotonic clock in milliseconds.
 */
export function createHealth(options: {
  readonly nowMs: () => number;
  readonly unacknowledged: () => number;
  /** Aborts when the producer is asked to stop; what is unacknowledged is still sent then. */
  readonly stop: AbortSignal;
}): Health {
  const { nowMs, unacknowledged, stop } = options;
  let topics: TopicsState | null = null;
  let failing: { readonly sinceMs: number; readonly reason: string } | null = null;
  let turnedAtMs: number | null = null;

  const whyNotReady = (): string | null => {
    if (stop.aborted) return 'stopping';
    if (topics === null) return 'waiting for Kafka';
    if (topics.reason !== null) return topics.reason;
    return failing === null ? null : failing.reason;
  };

  return {
    topics: (state) => (topics = state),
    sendSucceeded: () => (failing = null),
    sendFailed: (reason) => (failing = { sinceMs: failing?.sinceMs ?? nowMs(), reason }),
    turned: () => (turnedAtMs = nowMs()),
    readyz: () => {
      const reason = whyNotReady();
      const failingForSec = failing === null ? null : Math.round((nowMs() - failing.sinceMs) / 1_000);
      const facts = { reason, missingTopics: topics?.missing ?? null, failingForSec };
      return { ok: reason === null, facts: { ...facts, unacknowledged: unacknowledged() } };
    },
    healthz: () => {
      const lastTurnMs = turnedAtMs === null ? null : Math.round(nowMs() - turnedAtMs);
      return { ok: (lastTurnMs ?? 0) <= longestTurnMs, facts: { lastTurnMs } };
    },
  };
}
