import type { Event, EventType } from '@event-pipeline/schemas/event-types.ts';
import type { Handler } from './handler.ts';
import { fileAdded } from './handlers/file-added.ts';
import { fileRemoved } from './handlers/file-removed.ts';
import { userCreated } from './handlers/user-created.ts';
import { userDeleted } from './handlers/user-deleted.ts';

/** One handler an event type; without one of them it does not compile. */
export type Handlers = { readonly [T in EventType]: Handler<Extract<Event, { eventType: T }>> };

/** The handlers as shipped. */
export const handlers = {
  'file-added': fileAdded,
  'file-removed': fileRemoved,
  'user-created': userCreated,
  'user-deleted': userDeleted,
} satisfies Handlers;
