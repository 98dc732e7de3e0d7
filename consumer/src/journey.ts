import type { Accept } from '@event-pipeline/schemas/accept.ts';
import type { Attempt } from './attempt.ts';
import type { DeadLetters } from './dead-letter.ts';
import type { Delivery } from './delivery.ts';
import type { Outcome } from './outcome.ts';
import type { Pending } from './pending.ts';
import type { Settled } from './settled.ts';

export interface JourneySteps {
  readonly accept: Accept;
  readonly attempt: Attempt;
  readonly deadLetter: DeadLetters['write'];
  /** Says that the event was handled, before its offset can be committed. */
  readonly announce: (delivery: Delivery) => void;
  /** The slot that was taken for a handler is not needed. */
  readonly giveSlot: () => void;
}

/** How a record settles: at once, later or, where it was interrupted, not at all. */
export type Arrival = Settled | Pending | Promise<Settled | null> | null;

/** From a delivery to its settling. A slot must have been taken. */
export type Journey = (delivery: Delivery) => Arrival;

/** receive → accept → attempt → (dead letter) → settle → commit: the middle of it, the story of one record. */
export function createJourney({ accept, attempt, deadLetter, announce, giveSlot }: JourneySteps): Journey {
  function conclude(delivery: Delivery, outcome: Outcome): Settled | Promise<Settled | null> | null {
    switch (outcome.kind) {
      case 'handled':
        announce(delivery);
        return outcome.settled;
      case 'refused':
      case 'exhausted':
        return new Promise((resolve) => deadLetter(delivery, outcome.failure).whenEnded(resolve));
      case 'interrupted':
        return null;
    }
  }

  return function travel(delivery) {
    const { tooLarge } = delivery.record;
    if (tooLarge !== null) {
      giveSlot();
      return deadLetter(delivery, tooLargeFailure(tooLarge.bytes));
    }
    const verdict = delivery.judge(accept);
    if (verdict.kind === 'refusal') {
      giveSlot();
      delivery.facts = verdict;
      return deadLetter(delivery, verdict);
    }
    delivery.facts = verdict.event;
    delivery.filledEventTime = verdict.filledEventTime;
    const outcome = attempt(delivery, verdict);
    return outcome instanceof Promise
      ? outcome.then((ended) => conclude(delivery, ended))
      : conclude(delivery, outcome);
  };
}

function tooLargeFailure(bytes: number) {
  const reason = `The record has ${bytes} bytes, more than MAX_RECORD_BYTES allows.`;
  return { stage: 'bytes', code: 'RECORD_TOO_LARGE', reason, pointer: null, schema: null } as const;
}
