import type { EventOf } from '@event-pipeline/schemas/event-types.ts';
import type { Handler } from '../handler.ts';

/** What is done with a `user-created` event: as shipped, nothing. Your code goes here; see `Handler` for what it may throw. */
export const userCreated: Handler<EventOf<'user-created'>> = () => {};
