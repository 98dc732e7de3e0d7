import type { Bell } from './bell.ts';
import type { OutgoingRecord } from './make-records.ts';
import type { Pace } from './pace.ts';
import type { Publisher } from './publish.ts';

export interface ProduceOptions {
  readonly makeRecord: () => OutgoingRecord;
  readonly publisher: Publisher;
  readonly pace: Pace;
  /** How many to make; Infinity: for ever. */
  readonly count: number;
  /** Rung when something has been acknowledged, when the log has drained, and when `stop` aborts. */
  readonly bell: Bell;
  /** Whether lines of the log wait to be read: then nothing is made meanwhile, which would add to them. */
  readonly logIsFull: () => boolean;
  readonly onTurn: () => void;
  readonly stop: AbortSignal;
}

// Memory stays bounded in an outage: beyond so many unacknowledged records no new ones are made.
const maxUnacknowledged = 20_000;
// So many at a time, so that sending goes on meanwhile.
const maxAtOnce = 1_000;
const longestWaitMs = 1_000;

/** Makes records at the pace until there are `count`, or until asked to stop. */
export async function produce(options: ProduceOptions): Promise<void> {
  const { makeRecord, publisher, pace, count, bell, logIsFull, onTurn, stop } = options;
  for (let made = 0; made < count && !stop.aborted;) {
    onTurn();
    const room = logIsFull() ? 0 : maxUnacknowledged - publisher.unacknowledged();
    const batch = Math.min(pace.due(), room, maxAtOnce, count - made);
    if (batch > 0) {
      publisher.publish(Array.from({ length: batch }, makeRecord));
      pace.take(batch);
      made += batch;
    }
    if (made < count)
      await bell.heard(room > batch ? Math.min(pace.nextInMs(), longestWaitMs) : longestWaitMs);
  }
}

/** Waits until all is acknowledged, or until `giveUp` aborts. */
export async function drain(
  options: Pick<ProduceOptions, 'publisher' | 'bell' | 'onTurn'> & { readonly giveUp: AbortSignal },
): Promise<void> {
  const { publisher, bell, onTurn, giveUp } = options;
  while (publisher.unacknowledged() > 0 && !giveUp.aborted) {
    onTurn();
    await bell.heard(longestWaitMs);
  }
}
