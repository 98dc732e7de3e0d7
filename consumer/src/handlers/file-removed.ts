import type { EventOf } from '@event-pipeline/schemas/event-types.ts';
import type { Handler } from '../handler.ts';

/** What is done with a `file-removed` event: as shipped, nothing. Your code goes here; see `Handler` for what it may throw. */
export const fileRemoved: Handler<EventOf<'file-removed'>> = () => {};
