import type { FetchedRecord, RecordHeader } from '@event-pipeline/runtime/kafkajs/fetched-record.ts';
import type { Accept, Verdict } from '@event-pipeline/schemas/accept.ts';
import { correlationIdOf, type CorrelationFacts } from '@event-pipeline/schemas/correlation.ts';
import { headerNames } from '@event-pipeline/schemas/header-names.ts';
import type { Logger } from 'pino';
import type { ForwardedRecord } from './forward.ts';
import type { HandlerContext } from './handler.ts';
import type { EventTypeStats } from './stats.ts';

const NO_BYTES = Buffer.alloc(0);

/** The partition that a record came from, as far as its delivery needs it. */
export interface Source {
  readonly topic: string;
  readonly partition: number;
  /** Aborts when this consumer lets go of the partition, or stops: no sleep goes on, nothing new begins. */
  readonly released: AbortSignal;
  /** Its partition may start nothing new until the letter is written; the reason is for people. */
  hold(delivery: Delivery, reason: string): void;
  unhold(delivery: Delivery): void;
}

/** What is known of the event in a record, or of what should have been one. */
export interface EventFacts extends CorrelationFacts {
  readonly eventId: string | null;
  readonly eventType: string | null;
}

/**
 * One record on its way through the consumer. It is also the context that its handler sees: one object for each record,
 * since this is made for every one of them; what costs anything is made when it is asked for.
 */
export class Delivery implements HandlerContext, ForwardedRecord {
  readonly record: FetchedRecord;
  readonly source: Source;
  /** When work on the record began, or it was judged ahead of that, in milliseconds since the epoch. */
  readonly receivedAtMs: number;
  /** As it was then: a partition whose log is made anew has another one. */
  readonly released: AbortSignal;
  /** Attempts that have been spent. */
  attempts = 0;
  firstFailedAtMs: number | null = null;
  facts: EventFacts | null = null;
  filledEventTime: string | null = null;
  /** What is counted of its event type; null until its first attempt. */
  typeStats: EventTypeStats | null = null;
  /** Why the attempt must end; null while it need not. */
  abortReason: Error | null = null;
  /** Told of it, beside those who listen to the signal. */
  onAbort: (() => void) | null = null;
  #judged: Verdict | null = null;
  readonly #baseLog: Logger;
  #controller: AbortController | null = null;
  #correlationId: string | null | undefined;

  constructor(record: FetchedRecord, source: Source, receivedAtMs: number, baseLog: Logger) {
    this.record = record;
    this.source = source;
    this.released = source.released;
    this.receivedAtMs = receivedAtMs;
    this.#baseLog = baseLog;
  }

  get topic(): string {
    return this.source.topic;
  }

  get partition(): number {
    return this.source.partition;
  }

  get offset(): number {
    return this.record.offset;
  }

  /** A copy: records of one key are told by its bytes as long as one is under way, and a handler may write into it. */
  get key(): Buffer | null {
    const { key } = this.record;
    return key === null ? null : Buffer.from(key);
  }

  /** The record's own bytes; empty where it has none, which no accepted event has. */
  get value(): Buffer {
    return this.record.value ?? NO_BYTES;
  }

  /** The verdict on the record's value, which is read where it lies. Each is given once: a handler may change its event. */
  judge(accept: Accept): Verdict {
    const judged = this.#judged;
    this.#judged = null;
    if (judged !== null) return judged;
    const { buffer, valueStart, valueEnd } = this.record;
    return accept(buffer, this.eventTimestampMs, valueStart, valueEnd);
  }

  /** Has the verdict at hand for when it is asked for. */
  judgeAhead(accept: Accept): void {
    this.#judged = this.judge(accept);
  }

  get headers(): readonly RecordHeader[] {
    return this.record.headers;
  }

  get hasTraceparent(): boolean {
    return this.record.headerCount > 0 && this.record.hasHeader(headerNames.traceparent);
  }

  get timestamp(): number {
    return this.record.timestamp;
  }

  get attempt(): number {
    return this.attempts + 1;
  }

  /** The timestamp that fills in a missing eventTime: the record's, or the time of receipt where it has none. */
  get eventTimestampMs(): number {
    return this.record.timestamp < 0 ? this.receivedAtMs : this.record.timestamp;
  }

  /** The id to follow the record by; null where neither headers nor body give one. */
  get knownCorrelationId(): string | null {
    if (this.#correlationId !== undefined) return this.#correlationId;
    this.#correlationId = this.#ordinaryCorrelationId() ?? this.#findCorrelationId();
    return this.#correlationId;
  }

  /** What almost every record has: the header that counts before all others, as plain text. */
  #ordinaryCorrelationId(): string | null {
    return this.record.headerCount === 0 ? null : this.record.asciiHeader(headerNames.correlationId);
  }

  #findCorrelationId(): string | null {
    const headers = this.record.headerCount === 0 ? [] : this.record.headers;
    return correlationIdOf(headers, this.facts, this.facts?.eventId ?? null);
  }

  get correlationId(): string {
    return this.knownCorrelationId ?? '';
  }

  get signal(): AbortSignal {
    if (this.#controller === null) {
      this.#controller = new AbortController();
      if (this.abortReason !== null) this.#controller.abort(this.abortReason);
    }
    return this.#controller.signal;
  }

  /**
   * A logger for the handler's own lines, which carry what they are about. `offset` is struck from them: the one INFO line
   * that has both eventId and offset is the consumer's, and means "handled".
   */
  get log(): Logger {
    const { offset: _, ...bindings } = this.logFields;
    return this.#baseLog.child(bindings, { serializers: { offset: () => undefined } });
  }

  /** Tells the handler that its time is up. */
  abort(reason: Error): void {
    this.abortReason = reason;
    this.#controller?.abort(reason);
    this.onAbort?.();
  }

  /** A new attempt has a new signal. */
  renewSignal(): void {
    if (this.abortReason === null) return;
    this.abortReason = null;
    this.#controller = null;
  }

  /** What a log line says of where the record is from and what it carries. */
  get logFields() {
    return {
      correlationId: this.knownCorrelationId,
      eventId: this.facts?.eventId ?? null,
      eventType: this.facts?.eventType ?? null,
      topic: this.topic,
      partition: this.partition,
      offset: this.offset,
    };
  }
}
