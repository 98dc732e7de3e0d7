import { sleep } from '@event-pipeline/runtime/sleep.ts';
import type { Accepted } from '@event-pipeline/schemas/accept.ts';
import type { Event } from '@event-pipeline/schemas/event-types.ts';
import type { Logger } from 'pino';
import { backoffMs } from './backoff.ts';
import type { Delivery } from './delivery.ts';
import type { Doorway } from './doorway.ts';
import { createOneTry, TRY_HANDLED, TRY_UNAVAILABLE, type OneTryOptions, type Try } from './one-try.ts';
import type { Outcome } from './outcome.ts';
import { Settled } from './settled.ts';
import type { EventTypeStats, Stats } from './stats.ts';

export interface AttemptOptions extends OneTryOptions {
  /** The event again, as it was before an attempt could change it. */
  readonly readAgain: (delivery: Delivery) => Event;
  readonly doorwayOf: (eventType: string) => Doorway;
  readonly stats: Stats;
  readonly maxRetries: number;
  readonly backoffBaseMs: number;
  readonly backoffMaxMs: number;
  readonly random: () => number;
  readonly log: Logger;
}

/** Runs the handler; a slot must have been taken for it. A promise is returned only where one is needed. */
export type Attempt = (delivery: Delivery, accepted: Accepted) => Outcome | Promise<Outcome>;

/** What belongs to one event type. */
interface TypeParts {
  readonly doorway: Doorway;
  readonly stats: EventTypeStats;
}

const HANDLED: Outcome = { kind: 'handled', settled: Settled.byHandler };
const INTERRUPTED: Outcome = { kind: 'interrupted' };

/**
 * The handler under the retry policy. 1 + MAX_RETRIES attempts with exponential backoff between them; a lane in backoff
 * takes no slot. `Unavailable` spends no attempt: the event waits before its gate until the outage ends.
 *
 * A handler that returns no promise is done in the same tick: no closure is made and nothing is awaited for it.
 */
export function createAttempt(options: AttemptOptions): Attempt {
  const { doorwayOf, slots, stats, log } = options;
  const tryOnce = createOneTry(options);
  const parts = new Map<string, TypeParts>();

  /** Looked up once a record: a look into a map costs as much as all that is counted of it. */
  function partsOf(eventType: string): TypeParts {
    let known = parts.get(eventType);
    if (known === undefined) {
      known = { doorway: doorwayOf(eventType), stats: stats.eventType(eventType) };
      parts.set(eventType, known);
    }
    return known;
  }

  function attempt(delivery: Delivery, { event }: Accepted): Outcome | Promise<Outcome> {
    const { doorway, stats } = partsOf(event.eventType);
    delivery.typeStats = stats;
    const ticket = doorway.tryEnter();
    if (ticket === 0) {
      slots.give();
      return persist(delivery, doorway, TRY_UNAVAILABLE);
    }
    const first = tryOnce(delivery, event, doorway, ticket);
    if (first === TRY_HANDLED) return HANDLED;
    if (!(first instanceof Promise)) return persist(delivery, doorway, first);
    return first.then((ended) => (ended === TRY_HANDLED ? HANDLED : persist(delivery, doorway, ended)));
  }

  /** Goes on until there is an outcome; `first` is how the first try ended. */
  async function persist(delivery: Delivery, doorway: Doorway, first: Try): Promise<Outcome> {
    const { released } = delivery;
    // It may wait long from here on: it must not keep a whole answer of the broker with it.
    delivery.record.detach();
    let result = first;
    for (;;) {
      switch (result.kind) {
        case 'handled':
          return HANDLED;
        case 'rejected':
          delivery.attempts += 1;
          delivery.firstFailedAtMs ??= Date.now();
          return { kind: 'refused', failure: failureOf('HANDLER_REJECTED', result.error) };
        case 'failed': {
          delivery.attempts += 1;
          delivery.firstFailedAtMs ??= Date.now();
          if (delivery.attempts > options.maxRetries) {
            return { kind: 'exhausted', failure: failureOf('RETRIES_EXHAUSTED', result.error) };
          }
          if (!(await backOff(delivery, result.error))) return INTERRUPTED;
          break;
        }
        case 'not-begun':
        case 'unavailable':
          break;
      }
      const again = await tryAgain(delivery, doorway, released);
      if (again === null) return INTERRUPTED;
      result = again;
    }
  }

  async function tryAgain(delivery: Delivery, doorway: Doorway, released: AbortSignal): Promise<Try | null> {
    const ticket = await doorway.enter(released);
    if (ticket === 0) return null;
    if (!(await slots.take(released))) {
      doorway.leave(ticket, 'interrupted');
      return null;
    }
    if (released.aborted) {
      slots.give();
      doorway.leave(ticket, 'interrupted');
      return null;
    }
    delivery.renewSignal();
    return await tryOnce(delivery, options.readAgain(delivery), doorway, ticket);
  }

  /** @returns whether the wait came to its end, and was not cut short. */
  async function backOff(delivery: Delivery, error: unknown): Promise<boolean> {
    if (delivery.released.aborted) return false;
    const waitMs = backoffMs({
      baseMs: options.backoffBaseMs,
      maxMs: options.backoffMaxMs,
      n: delivery.attempts - 1,
      random: options.random,
    });
    if (delivery.typeStats !== null) delivery.typeStats.retries += 1;
    const reason = messageOf(error);
    log.warn(
      { ...delivery.logFields, attempt: delivery.attempts, waitMs: Math.round(waitMs), reason },
      'attempt failed, will be retried',
    );
    return await sleep(waitMs, delivery.released);
  }

  return attempt;
}

function failureOf(code: 'HANDLER_REJECTED' | 'RETRIES_EXHAUSTED', error: unknown) {
  return { stage: 'handler', code, reason: messageOf(error), pointer: null, schema: null } as const;
}

/** Anything can be thrown, and can stand as the message of an error. */
function messageOf(error: unknown): string {
  return textOf(error) || 'the handler failed without a message';
}

function textOf(error: unknown): string {
  try {
    const said: unknown = error instanceof Error ? error.message : error;
    // Of null and undefined it makes nothing.
    return [said].join('');
  } catch {
    return '';
  }
}
