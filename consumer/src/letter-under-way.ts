import { headerNames } from '@event-pipeline/schemas/header-names.ts';
import type { LetterMessage } from '@event-pipeline/schemas/dead-letter.ts';
import type { LetterFacts } from '@event-pipeline/schemas/letter.ts';
import { validTraceparent } from '@event-pipeline/schemas/traceparent.ts';
import type { Delivery } from './delivery.ts';
import type { Posting } from './letter-batch.ts';
import type { Failure } from './outcome.ts';
import type { Pending } from './pending.ts';
import type { Settled } from './settled.ts';
import { TimeLimited } from './time-limits.ts';

/** Where letters are made and decided on. */
export interface Desk {
  make(letter: LetterUnderWay): LetterMessage | null;
  taken(letter: LetterUnderWay): void;
  refused(letter: LetterUnderWay, error: unknown): void;
}

/** A letter from the failure of its delivery to its acknowledgement. One object and no closure: garbage is full of them. */
export class LetterUnderWay extends TimeLimited implements Posting, Pending {
  readonly delivery: Delivery;
  readonly failure: Failure;
  /** The broker has called the whole letter too large: the shrunk one is next. */
  shrunk = false;
  failedTries = 0;
  /** Why the broker did not take it at the last try; null before any. */
  lastRefusal: string | null = null;
  readonly #desk: Desk;
  /** Whether its partition waits for it. */
  isHeld = false;
  #ended: ((settled: Settled | null) => void) | null = null;

  constructor(delivery: Delivery, failure: Failure, desk: Desk) {
    super();
    this.delivery = delivery;
    this.failure = failure;
    this.#desk = desk;
  }

  get released(): AbortSignal {
    return this.delivery.released;
  }

  /** Its log is not there any more: its offset is that of another record now. */
  get isOfOldLog(): boolean {
    return this.delivery.source.released !== this.released;
  }

  get key(): Buffer | null {
    return this.delivery.key;
  }

  get sourcePartition(): number {
    return this.delivery.partition;
  }

  get sizeBytes(): number {
    return this.delivery.record.sizeBytes;
  }

  make(): LetterMessage | null {
    return this.#desk.make(this);
  }

  taken(): void {
    this.#desk.taken(this);
  }

  refused(error: unknown): void {
    this.#desk.refused(this, error);
  }

  hold(reason: string): void {
    if (this.isOfOldLog) return;
    this.isHeld = true;
    this.delivery.record.detach();
    this.delivery.source.hold(this.delivery, reason);
  }

  whenEnded(ended: (settled: Settled | null) => void): void {
    this.#ended = ended;
  }

  end(settled: Settled | null): void {
    if (this.isHeld) this.delivery.source.unhold(this.delivery);
    this.#ended?.(settled);
  }

  factsAt(nowMs: number, group: string): LetterFacts {
    return factsOf(this.delivery, this.failure, group, nowMs);
  }
}

function factsOf(delivery: Delivery, failure: Failure, group: string, nowMs: number): LetterFacts {
  const { record, facts } = delivery;
  const { headers } = record;
  return {
    topic: delivery.topic,
    partition: delivery.partition,
    offset: delivery.offset,
    key: record.key,
    value: record.tooLarge ?? record.value,
    headers,
    timestampMs: record.timestamp,
    failure,
    attempts: delivery.attempts,
    firstFailedAtMs: delivery.firstFailedAtMs ?? Date.now(),
    eventId: facts?.eventId ?? null,
    eventType: facts?.eventType ?? null,
    correlationId: delivery.knownCorrelationId,
    traceparent: validTraceparent(headers),
    group,
    redriveCount:
      headers.findLast(({ name }) => name === headerNames.redriveCount)?.value?.toString() ?? null,
    nowMs,
  };
}
