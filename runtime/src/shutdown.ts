import type { EventEmitter } from 'node:events';

const stopSignals = ['SIGINT', 'SIGTERM'] as const;

// A terminal's Ctrl-C reaches the service directly and once more through npm, which forwards it.
const repeatWindowMs = 2_000;

/** What `listenForStop` needs from its surroundings. */
export interface StopOptions {
  /** Emits `SIGINT` and `SIGTERM`: `process`. */
  readonly signals: EventEmitter;
  /** A monotonic clock in milliseconds. */
  readonly nowMs: () => number;
  /** Called once, with the first signal's name, just before `stop` aborts. */
  readonly onStop: (signal: string) => void;
  /** Called when a signal comes after the window of repeats: end at once, with exit code 1. */
  readonly onForce: (signal: string) => void;
}

/**
 * Turns SIGINT and SIGTERM into one request to stop, told by the signal that is returned. Signals within 2 s of the first are the same request (one
 * Ctrl-C may arrive twice); a later one means that someone has lost patience.
 */
export function listenForStop({ signals, nowMs, onStop, onForce }: StopOptions): AbortSignal {
  const controller = new AbortController();
  let firstAtMs: number | null = null;

  const onSignal = (name: string): void => {
    if (firstAtMs === null) {
      firstAtMs = nowMs();
      onStop(name);
      controller.abort();
    } else if (nowMs() - firstAtMs >= repeatWindowMs) {
      onForce(name);
    }
  };

  for (const name of stopSignals) signals.on(name, onSignal);
  return controller.signal;
}
