import type { Event } from '@event-pipeline/schemas/event-types.ts';
import type { Forward, ForwardedRecord } from './forward.ts';
import type { Handler, HandlerContext } from './handler.ts';
import type { Handlers } from './handlers.ts';

/**
 * Does all that is to be done with one valid event; throws and rejects as a `Handler` does.
 * `record` is only looked into where events are forwarded, so one that reads its bytes when asked can be it.
 */
export type Handle = (event: Event, context: HandlerContext, record: ForwardedRecord) => void | Promise<void>;

/**
 * The handler of the event's type, and after it, where there is a target, forwarding: code of one's own comes first and
 * can keep an event from the target by throwing. Both belong to one attempt, so when forwarding fails, the next attempt
 * runs the handler again. Without a target nothing is added: a handler that returns no promise stays synchronous.
 */
export function createHandle(handlers: Handlers, forward: Forward['forward'] | null): Handle {
  // The compiler cannot see that a table's entry and the event's own type belong together.
  const byType = handlers as Readonly<Record<string, Handler>>;
  const handle: Handler = (event, context) => {
    const handler = byType[event.eventType];
    if (handler === undefined) throw new Error(`no handler for the event type ${event.eventType}`);
    return handler(event, context);
  };
  if (forward === null) return handle;
  return (event, context, record) => {
    const handling = handle(event, context);
    if (handling === undefined) return forward(event, context, record);
    return after(handling, () => forward(event, context, record));
  };
}

async function after(handling: PromiseLike<void>, forward: () => Promise<void>): Promise<void> {
  await handling;
  await forward();
}
