import type { Event } from '@event-pipeline/schemas/event-types.ts';
import { validTraceparent } from '@event-pipeline/schemas/traceparent.ts';
import type { Dispatcher } from 'undici';
import { forwardBody, type RawRecord } from './forward-body.ts';
import type { ForwardTarget } from './forward-target.ts';
import type { HandlerContext } from './handler.ts';
import { correlationHeader, idempotencyKey } from './header-value.ts';

/**
 * The POST that carries one event to the target. The HTTP client adds `host` and `content-length`.
 * Its own time-outs are off: one bound over everything, kept outside of it, is enough.
 */
export function forwardRequest(
  target: ForwardTarget,
  event: Pick<Event, 'eventId'>,
  context: Pick<HandlerContext, 'correlationId' | 'headers'>,
  raw: RawRecord,
): Dispatcher.DispatchOptions {
  return {
    method: 'POST',
    path: target.path,
    headers: headersOf(target, event, context),
    body: forwardBody(raw),
    headersTimeout: 0,
    bodyTimeout: 0,
  };
}

/** Names and values in turn. */
function headersOf(
  { authorization }: ForwardTarget,
  { eventId }: Pick<Event, 'eventId'>,
  { correlationId, headers }: Pick<HandlerContext, 'correlationId' | 'headers'>,
): string[] {
  const list = ['content-type', 'application/json', 'idempotency-key', idempotencyKey(eventId)];
  const correlation = correlationHeader(correlationId);
  if (correlation !== null) list.push('correlation-id', correlation);
  const traceparent = validTraceparent(headers);
  if (traceparent !== null) list.push('traceparent', traceparent);
  if (authorization !== null) list.push('authorization', authorization);
  return list;
}
