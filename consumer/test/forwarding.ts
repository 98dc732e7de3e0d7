import type { Event } from '@event-pipeline/schemas/event-types.ts';
import { pino } from 'pino';
import { createForward, type ForwardedRecord, type ForwardOptions } from '../src/forward.ts';
import type { RawRecord } from '../src/forward-body.ts';
import type { HandlerContext } from '../src/handler.ts';

/** A valid event with the given id. */
export function userDeleted(eventId = 'e-1'): Event {
  return {
    eventId,
    eventType: 'user-deleted',
    eventVersion: '1.0',
    eventTime: '2026-01-02T03:04:05Z',
    payload: { userId: 'u-1', deletedAt: '2026-01-02T03:04:05Z' },
  };
}

/** The context of one record. */
export function contextOf(changes: Partial<HandlerContext> = {}): HandlerContext {
  return {
    topic: 'kafka-topics2',
    partition: 0,
    offset: 7,
    key: Buffer.from('u-1'),
    headers: [],
    timestamp: 1_767_323_045_000,
    correlationId: 'c-1',
    attempt: 1,
    signal: new AbortController().signal,
    log: pino({ level: 'silent' }),
    ...changes,
  };
}

export function rawOf(value: string | Buffer, filledEventTime: string | null = null): RawRecord {
  return { value: Buffer.from(value as string), filledEventTime, hasTraceparent: true };
}

/** The record of an attempt that aborts with the signal. */
export function recordOf(raw: RawRecord, signal: AbortSignal): ForwardedRecord {
  const reasonNow = (): Error | null => (signal.aborted ? (signal.reason as Error) : null);
  const record = { ...raw, abortReason: reasonNow(), onAbort: null as (() => void) | null };
  signal.addEventListener('abort', () => {
    record.abortReason = reasonNow();
    record.onAbort?.();
  });
  return record;
}

/** A forward that ends with its scope. */
export function forwardingTo(
  url: string,
  options: Partial<ForwardOptions> = {},
): AsyncDisposable & {
  /** Sends one event; resolves with what was thrown, or null. */
  send(what?: { event?: Event; context?: HandlerContext; raw?: RawRecord }): Promise<Error | null>;
} {
  const forward = createForward({ url, timeoutMs: 20_000, maxConnections: 8, ...options });
  return {
    async send({ event = userDeleted(), context = contextOf(), raw } = {}) {
      try {
        await forward.forward(event, context, recordOf(raw ?? rawOf(JSON.stringify(event)), context.signal));
        return null;
      } catch (error) {
        if (error instanceof Error) return error;
        throw error;
      }
    },
    [Symbol.asyncDispose]: forward.close,
  };
}
