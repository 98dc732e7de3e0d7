import type { EventType } from '@event-pipeline/schemas/event-types.ts';
import type { SampleOf } from './sample.ts';
import { fileAdded } from './samples/file-added.ts';
import { fileRemoved } from './samples/file-removed.ts';
import { userCreated } from './samples/user-created.ts';
import { userDeleted } from './samples/user-deleted.ts';

/** One sample an event type: one that is missing does not compile. */
export const samples = {
  'file-added': fileAdded,
  'file-removed': fileRemoved,
  'user-created': userCreated,
  'user-deleted': userDeleted,
} satisfies { [T in EventType]: SampleOf<T> };
