import type { Event } from '@event-pipeline/schemas/event-types.ts';
import type { Delivery } from './delivery.ts';
import type { Doorway } from './doorway.ts';
import { isTargetAway } from './forward-failure.ts';
import type { Handle } from './handle.ts';
import { createHandlerWatches, TimeIsUp, type HandlerWatchesOptions } from './handler-watches.ts';
import { Rejected, Unavailable } from './handler.ts';
import { handlerBegan, handlerEnded, leaseMissing } from './points.ts';
import type { Slots } from './slots.ts';

export interface OneTryOptions extends HandlerWatchesOptions {
  readonly handle: Handle;
  readonly slots: Slots;
  /** The clock of `performance.now()`. */
  readonly nowMs: () => number;
  /** The group's lease at this moment, by `performance.now()`: no handler is called without. */
  readonly holdsLease: (nowMs: number) => boolean;
}

/** How one try ended; `not-begun` is one without the lease. `failed` is the only one that spends an attempt. */
export type Try =
  | { readonly kind: 'handled' }
  | { readonly kind: 'not-begun' }
  | { readonly kind: 'rejected'; readonly error: Error }
  | { readonly kind: 'unavailable' }
  | { readonly kind: 'failed'; readonly error: unknown };

export const TRY_HANDLED: Try = { kind: 'handled' };
const TRY_NOT_BEGUN: Try = { kind: 'not-begun' };
export const TRY_UNAVAILABLE: Try = { kind: 'unavailable' };

/** One call of the handler, with its time limit. A promise is returned only where the handler returned one. */
export type OneTry = (
  delivery: Delivery,
  event: Event,
  doorway: Doorway,
  ticket: number,
) => Try | Promise<Try>;

/** @returns one try; it gives the slot and the ticket back when the handler has really ended, and does not throw. */
export function createOneTry(options: OneTryOptions): OneTry {
  const { handle, slots, nowMs } = options;
  const watches = createHandlerWatches(options);

  /** One call of the handler. Gives the slot and the ticket back when the handler has really ended. */
  function tryOnce(delivery: Delivery, event: Event, doorway: Doorway, ticket: number): Try | Promise<Try> {
    const startedAt = nowMs();
    // Here and not when the record was taken up: the process may have been stopped since, beyond its lease.
    if (!options.holdsLease(startedAt)) {
      if (leaseMissing.hasSubscribers) leaseMissing.publish(delivery);
      slots.give();
      doorway.leave(ticket, 'interrupted');
      return TRY_NOT_BEGUN;
    }
    if (handlerBegan.hasSubscribers) handlerBegan.publish(delivery);
    let promised: PromiseLike<void> | null;
    try {
      const returned = handle(event, delivery, delivery);
      promised = isThenable(returned) ? returned : null;
    } catch (error) {
      return conclude(delivery, doorway, ticket, startedAt, failureOf(error));
    }
    if (promised === null) return conclude(delivery, doorway, ticket, startedAt, null);
    return watch(delivery, doorway, ticket, startedAt, promised);
  }

  function watch(
    delivery: Delivery,
    doorway: Doorway,
    ticket: number,
    startedAt: number,
    promised: PromiseLike<void>,
  ): Promise<Try> {
    const watched = watches.begin(delivery, startedAt);
    const ended = (failure: unknown): Try => {
      const late = watches.end(watched);
      // A target that is away is no failed attempt, though waiting for it took what was left of the attempt's time.
      return conclude(
        delivery,
        doorway,
        ticket,
        startedAt,
        isTargetAway(failure) ? failure : (late ?? failure),
      );
    };
    return Promise.resolve(promised).then(
      () => ended(null),
      (error: unknown) => ended(failureOf(error)),
    );
  }

  function conclude(
    delivery: Delivery,
    doorway: Doorway,
    ticket: number,
    startedAt: number,
    error: unknown,
  ): Try {
    if (handlerEnded.hasSubscribers) handlerEnded.publish({ delivery, error });
    delivery.typeStats?.durationSec.observe((nowMs() - startedAt) / 1000);
    slots.give();
    if (error === null) {
      doorway.leave(ticket, 'success');
      return TRY_HANDLED;
    }
    if (error instanceof Unavailable) {
      doorway.leave(ticket, 'unavailable', error);
      return TRY_UNAVAILABLE;
    }
    // One whose time was up proves nothing of what it needs: neither that it is there nor that it is away.
    doorway.leave(ticket, error instanceof TimeIsUp ? 'interrupted' : 'other', error);
    return error instanceof Rejected ? { kind: 'rejected', error } : { kind: 'failed', error };
  }

  return tryOnce;
}

/**
 * What was thrown. Something else stands for null and undefined, as null says that all went well, and for what can't even be
 * looked at: a revoked Proxy throws at each question.
 */
function failureOf(thrown: unknown): unknown {
  try {
    if (thrown instanceof Error) return thrown;
  } catch {
    return new Error('the handler failed with something that cannot be read');
  }
  return thrown ?? new Error('the handler failed without a reason');
}

function isThenable(value: unknown): value is PromiseLike<void> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
