import type { Event } from '@event-pipeline/schemas/event-types.ts';
import { validTraceparent } from '@event-pipeline/schemas/traceparent.ts';
import type { Dispatcher } from 'undici';
import { forwardBody, type RawRecord } from './forward-body.ts';
import type { ForwardTarget } from './forward-target.ts';
import type { HandlerContext } from './handler.ts';
import { correlationHeader, idempotencyKey } from './header-value.ts';

type ForwardedEvent = Pick<Event, 'eventId'>;
type ForwardedContext = Pick<HandlerContext, 'correlationId' | 'headers'>;

/**
 * The POST that carries one event to the target. The HTTP client adds `host` and `content-length`.
 * Its own time-outs are off: one bound over everything, kept outside of it, is enough.
 *
 * Instances and not literals, since one of each is made for every event: what a literal makes, V8 puts into the old
 * generation at once where it has seen many of it outlive a collection; there all of them wait for a full one.
 */
export class ForwardRequest implements Dispatcher.DispatchOptions {
  readonly method = 'POST';
  readonly path: string;
  readonly headers: ForwardHeaders;
  readonly body: Buffer;
  readonly headersTimeout = 0;
  readonly bodyTimeout = 0;

  constructor(target: ForwardTarget, event: ForwardedEvent, context: ForwardedContext, raw: RawRecord) {
    this.path = target.path;
    this.headers = new ForwardHeaders(target, event, context, raw);
    this.body = forwardBody(raw);
  }
}

/** By name; what is undefined is left out. */
class ForwardHeaders {
  [name: string]: string | undefined;
  readonly 'content-type' = 'application/json';
  readonly 'idempotency-key': string;
  readonly 'correlation-id': string | undefined;
  readonly 'traceparent': string | undefined;
  readonly 'authorization': string | undefined;

  constructor(target: ForwardTarget, event: ForwardedEvent, context: ForwardedContext, raw: RawRecord) {
    this['idempotency-key'] = idempotencyKey(event.eventId);
    this['correlation-id'] = correlationHeader(context.correlationId) ?? undefined;
    this['traceparent'] = raw.hasTraceparent ? (validTraceparent(context.headers) ?? undefined) : undefined;
    this['authorization'] = target.authorization ?? undefined;
  }
}
