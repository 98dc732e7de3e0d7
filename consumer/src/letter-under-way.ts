import type { RecordHeader } from '@event-pipeline/runtime/kafkajs/fetched-record.ts';
import { headerNames } from '@event-pipeline/schemas/header-names.ts';
import type { LetterMessage } from '@event-pipeline/schemas/dead-letter.ts';
import type { LetterFacts, NotKept, RecordInPlace } from '@event-pipeline/schemas/letter.ts';
import { validTraceparent } from '@event-pipeline/schemas/traceparent.ts';
import type { Delivery } from './delivery.ts';
import type { PlaceOfKey, Posting } from './letter-batch.ts';
import type { Failure } from './outcome.ts';
import type { Pending } from './pending.ts';
import type { Settled } from './settled.ts';
import { TimeLimited } from './time-limits.ts';

/** Where letters are made and decided on. */
export interface Desk {
  readonly group: string;
  make(letter: LetterUnderWay): LetterMessage | null;
  taken(letter: LetterUnderWay): void;
  refused(letter: LetterUnderWay, error: unknown): void;
}

/**
 * A letter from the failure of its delivery to its acknowledgement, and all that it is written from. One object and no
 * closure: garbage is full of them.
 */
export class LetterUnderWay extends TimeLimited implements Posting, Pending, LetterFacts {
  readonly delivery: Delivery;
  readonly failure: Failure;
  /** The broker has called the whole letter too large: the shrunk one is next. */
  shrunk = false;
  failedTries = 0;
  /** When it was made last. */
  nowMs = 0;
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

  get topic(): string {
    return this.delivery.topic;
  }

  get partition(): number {
    return this.delivery.partition;
  }

  get offset(): number {
    return this.delivery.offset;
  }

  get key(): Buffer | null {
    return this.delivery.record.key;
  }

  get value(): Buffer | NotKept | null {
    return this.delivery.record.tooLarge ?? this.delivery.record.value;
  }

  get headers(): readonly RecordHeader[] {
    return this.delivery.headers;
  }

  get inPlace(): RecordInPlace | null {
    const { record } = this.delivery;
    return record.tooLarge === null ? record : null;
  }

  get timestampMs(): number {
    return this.delivery.timestamp;
  }

  get attempts(): number {
    return this.delivery.attempts;
  }

  get firstFailedAtMs(): number {
    return this.delivery.firstFailedAtMs ?? this.nowMs;
  }

  get eventId(): string | null {
    return this.delivery.facts?.eventId ?? null;
  }

  get eventType(): string | null {
    return this.delivery.facts?.eventType ?? null;
  }

  get correlationId(): string | null {
    return this.delivery.knownCorrelationId;
  }

  get traceparent(): string | null {
    return this.delivery.hasTraceparent ? validTraceparent(this.headers) : null;
  }

  get group(): string {
    return this.#desk.group;
  }

  get redriveCount(): string | null {
    if (!this.delivery.record.hasHeader(headerNames.redriveCount)) return null;
    return this.headers.findLast(({ name }) => name === headerNames.redriveCount)?.value?.toString() ?? null;
  }

  get sizeBytes(): number {
    return this.delivery.record.sizeBytes;
  }

  get placeOfKey(): PlaceOfKey {
    return this.delivery.record;
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
}
