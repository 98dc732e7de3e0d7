import { once } from 'node:events';
import type { EventOf } from '@event-pipeline/schemas/event-types.ts';
import type { Handler } from '../../src/handler.ts';
import { handlers as shipped, type Handlers } from '../../src/handlers.ts';

/** Does what the name of the event's user says: `fail`, `run-until-aborted`, `never-end`; anything else is handled. */
const userDeleted: Handler<EventOf<'user-deleted'>> = async ({ payload }, { signal }) => {
  if (payload.userId === 'fail') throw new Error('it is asked to fail');
  if (payload.userId === 'run-until-aborted') await once(signal, 'abort');
  if (payload.userId === 'never-end') await new Promise(() => undefined);
};

export const handlers: Handlers = { ...shipped, 'user-deleted': userDeleted };
