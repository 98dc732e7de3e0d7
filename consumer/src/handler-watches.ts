import type { Delivery } from './delivery.ts';
import { createTimeLimits, TimeLimited, type TimeLimits } from './time-limits.ts';

/** What stands for a handler that did not end within its time, whatever it threw or returned at last. */
export class TimeIsUp extends Error {}

export interface HandlerWatchesOptions {
  readonly handlerTimeoutMs: number;
  /** A handler runs on although its time has been up for as long again; and that it has ended at last. */
  readonly stuck: (delivery: Delivery, isStuck: boolean) => void;
}

/** A handler that is under way. */
class Watched extends TimeLimited {
  readonly delivery: Delivery;
  readonly startedAt: number;
  /** What it waits to be told next; undefined once all was said. */
  next: TimeLimits<Watched> | undefined;
  late: Error | null = null;
  isStuck = false;

  constructor(delivery: Delivery, startedAt: number) {
    super();
    this.delivery = delivery;
    this.startedAt = startedAt;
  }
}

export interface HandlerWatches {
  /** `startedAt` is of performance.now(). */
  begin(delivery: Delivery, startedAt: number): Watched;
  /** The handler has ended. @returns the error that stands for all else where its time was up; null in time. */
  end(watched: Watched): Error | null;
}

/** Copying a record costs more than most handlers that are done sooner. */
const DETACHED_AFTER_MS = 100;

/**
 * Looks after handlers that take time. First their record is copied out of the broker's answer, which it must not keep
 * in memory for as long as a handler may run; then their time is up, and at last they are stuck. Nearly all end before
 * the first of these, and cost one entry in a list.
 */
export function createHandlerWatches({ handlerTimeoutMs, stuck }: HandlerWatchesOptions): HandlerWatches {
  const attached = createTimeLimits<Watched>(Math.min(DETACHED_AFTER_MS, handlerTimeoutMs), (watched) => {
    watched.delivery.record.detach();
    wait(watched, inTime, watched.startedAt);
  });
  const inTime = createTimeLimits<Watched>(handlerTimeoutMs, (watched) => {
    watched.late = new TimeIsUp(`the handler did not end within ${handlerTimeoutMs / 1000} s`);
    wait(watched, late, performance.now());
    watched.delivery.abort(watched.late);
  });
  const late = createTimeLimits<Watched>(handlerTimeoutMs, (watched) => {
    watched.next = undefined;
    watched.isStuck = true;
    stuck(watched.delivery, true);
  });

  function wait(watched: Watched, limits: TimeLimits<Watched>, sinceMs: number): void {
    watched.next = limits;
    limits.add(watched, sinceMs);
  }

  return {
    begin(delivery, startedAt) {
      const watched = new Watched(delivery, startedAt);
      wait(watched, attached, startedAt);
      return watched;
    },
    end(watched) {
      watched.next?.delete(watched);
      if (watched.isStuck) stuck(watched.delivery, false);
      return watched.late;
    },
  };
}
