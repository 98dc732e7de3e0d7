import type { Event } from '@event-pipeline/schemas/event-types.ts';
import type { RecordHeader } from '@event-pipeline/runtime/kafkajs/fetched-record.ts';
import type { Logger } from 'pino';

/**
 * What a handler may know of the record that its event came in.
 * One context serves all attempts at one record: `attempt` and `signal` change between them.
 */
export interface HandlerContext {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: Buffer | null;
  readonly headers: readonly RecordHeader[];
  /** The record's timestamp in milliseconds since the epoch; −1 where the record has none. */
  readonly timestamp: number;
  readonly correlationId: string;
  /** 1 for the first attempt. */
  readonly attempt: number;
  /** Aborts when the attempt's time is up. A stop or a rebalance waits for the handler's end, to a bound, without a word. */
  readonly signal: AbortSignal;
  /** A logger whose lines carry correlation id, event and partition, and no offset: that has the consumer's own line. */
  readonly log: Logger;
}

/**
 * Handles one event. Returning (or resolving) means handled. Throwing `Rejected` sends the record to the dead letter
 * topic at once, `Unavailable` waits for an outage to end without spending an attempt, anything else is a failed attempt.
 */
export type Handler<E extends Event = Event> = (event: E, context: HandlerContext) => void | Promise<void>;

/** The event can never be handled: its record becomes a dead letter at once, with this message as the reason. */
export class Rejected extends Error {
  override readonly name = 'Rejected';
}

/** What the handler needs is away; the event itself is not at fault. All events of its gate wait. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
  /** At least so long, in milliseconds, until the next try; null where the target did not say. */
  readonly retryAfterMs: number | null;

  constructor(message: string, options: { cause?: unknown; retryAfterMs?: number | null } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}
