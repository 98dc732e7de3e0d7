import { sleep } from '@event-pipeline/runtime/sleep.ts';
import type { Accepted } from '@event-pipeline/schemas/accept.ts';
import type { Event } from '@event-pipeline/schemas/event-types.ts';
import type { Logger } from 'pino';
import { backoffMs } from './backoff.ts';
import type { Delivery } from './delivery.ts';
import type { Doorway } from './doorway.ts';
import type { Handle } from './handle.ts';
import { Rejected, Unavailable } from './handler.ts';
import type { Outcome } from './outcome.ts';
import { handlerBegan, handlerEnded } from './points.ts';
import { Settled } from './settled.ts';
import type { Slots } from './slots.ts';
import type { Stats } from './stats.ts';

export interface AttemptOptions {
  readonly handle: Handle;
  /** The event again, as it was before an attempt could change it. */
  readonly readAgain: (delivery: Delivery) => Event;
  readonly doorwayOf: (eventType: string) => Doorway;
  readonly slots: Slots;
  readonly maxRetries: number;
  readonly backoffBaseMs: number;
  readonly backoffMaxMs: number;
  readonly handlerTimeoutMs: number;
  readonly random: () => number;
  readonly stats: Stats;
  /** A handler runs on although its time has been up for as long again; and that it has ended at last. */
  readonly stuck: (delivery: Delivery, isStuck: boolean) => void;
  readonly log: Logger;
}

/** Runs the handler; a slot must have been taken for it. A promise is returned only where one is needed. */
export type Attempt = (delivery: Delivery, accepted: Accepted) => Outcome | Promise<Outcome>;

/** How one try ended. `failed` is the only one that spends an attempt. */
type Try =
  | { readonly kind: 'handled' }
  | { readonly kind: 'rejected'; readonly error: Error }
  | { readonly kind: 'unavailable' }
  | { readonly kind: 'failed'; readonly error: unknown };

const HANDLED: Outcome = { kind: 'handled', settled: Settled.byHandler };
const INTERRUPTED: Outcome = { kind: 'interrupted' };
const TRY_HANDLED: Try = { kind: 'handled' };
const TRY_UNAVAILABLE: Try = { kind: 'unavailable' };

/**
 * The handler under the retry policy. 1 + MAX_RETRIES attempts with exponential backoff between them; a lane in backoff
 * takes no slot. `Unavailable` spends no attempt: the event waits before its gate until the outage ends.
 *
 * A handler that returns no promise is done in the same tick: no closure is made and nothing is awaited for it.
 */
export function createAttempt(options: AttemptOptions): Attempt {
  const { handle, doorwayOf, slots, stats, log } = options;

  function attempt(delivery: Delivery, { event }: Accepted): Outcome | Promise<Outcome> {
    const doorway = doorwayOf(event.eventType);
    const ticket = doorway.tryEnter();
    if (ticket === 0) {
      slots.give();
      return persist(delivery, doorway, null);
    }
    const first = tryOnce(delivery, event, doorway, ticket);
    return first === TRY_HANDLED ? HANDLED : persist(delivery, doorway, first);
  }

  /** Goes on until there is an outcome; `first` is a try that is under way or done already. */
  async function persist(
    delivery: Delivery,
    doorway: Doorway,
    first: Try | Promise<Try> | null,
  ): Promise<Outcome> {
    const { released } = delivery.source;
    let result = first === null ? TRY_UNAVAILABLE : await first;
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
    const waitMs = backoffMs({
      baseMs: options.backoffBaseMs,
      maxMs: options.backoffMaxMs,
      n: delivery.attempts - 1,
      random: options.random,
    });
    stats.eventType(delivery.facts?.eventType ?? '').retries += 1;
    const reason = messageOf(error);
    log.warn(
      { ...delivery.logFields, attempt: delivery.attempts, waitMs: Math.round(waitMs), reason },
      'attempt failed, will be retried',
    );
    return await sleep(waitMs, delivery.source.released);
  }

  /** One call of the handler. Gives the slot and the ticket back when the handler has really ended. */
  function tryOnce(delivery: Delivery, event: Event, doorway: Doorway, ticket: number): Try | Promise<Try> {
    const startedAt = performance.now();
    if (handlerBegan.hasSubscribers) handlerBegan.publish(delivery);
    let returned: void | Promise<void>;
    try {
      returned = handle(event, delivery, delivery);
    } catch (error) {
      return conclude(delivery, doorway, ticket, startedAt, error);
    }
    if (!isThenable(returned)) return conclude(delivery, doorway, ticket, startedAt, null);
    return watch(delivery, doorway, ticket, startedAt, returned);
  }

  async function watch(
    delivery: Delivery,
    doorway: Doorway,
    ticket: number,
    startedAt: number,
    running: PromiseLike<void>,
  ): Promise<Try> {
    // The record will stay for as long as the handler runs: it must not keep a whole answer of the broker with it.
    delivery.record.detach();
    let late: Error | null = null;
    let isStuck = false;
    const timer = setInterval(() => {
      isStuck = late !== null;
      if (isStuck) options.stuck(delivery, true);
      late ??= new Error(`the handler did not end within ${options.handlerTimeoutMs / 1000} s`);
      if (!isStuck) delivery.abort(late);
    }, options.handlerTimeoutMs);
    let failure: unknown = null;
    try {
      await running;
    } catch (error) {
      failure = error ?? new Error('the handler failed without a reason');
    }
    clearInterval(timer);
    if (isStuck) options.stuck(delivery, false);
    return conclude(delivery, doorway, ticket, startedAt, late ?? failure);
  }

  function conclude(
    delivery: Delivery,
    doorway: Doorway,
    ticket: number,
    startedAt: number,
    error: unknown,
  ): Try {
    if (handlerEnded.hasSubscribers) handlerEnded.publish({ delivery, error });
    const type = stats.eventType(delivery.facts?.eventType ?? '');
    type.durationSec.observe((performance.now() - startedAt) / 1000);
    slots.give();
    if (error === null) {
      doorway.leave(ticket, 'success');
      return TRY_HANDLED;
    }
    if (error instanceof Unavailable) {
      doorway.leave(ticket, 'unavailable', error.message, error.retryAfterMs);
      return TRY_UNAVAILABLE;
    }
    doorway.leave(ticket, 'other');
    return error instanceof Rejected ? { kind: 'rejected', error } : { kind: 'failed', error };
  }

  return attempt;
}

function failureOf(code: 'HANDLER_REJECTED' | 'RETRIES_EXHAUSTED', error: unknown) {
  return { stage: 'handler', code, reason: messageOf(error), pointer: null, schema: null } as const;
}

function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text === '' ? 'the handler failed without a message' : text;
}

function isThenable(value: unknown): value is PromiseLike<void> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
