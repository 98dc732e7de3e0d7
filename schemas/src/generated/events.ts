// Generated from the schemas by generate-types.ts; not edited by hand.

import type { Envelope } from './envelope.ts';
import type { FileAddedPayload } from './file-added.ts';
import type { FileRemovedPayload } from './file-removed.ts';
import type { UserCreatedPayload } from './user-created.ts';
import type { UserDeletedPayload } from './user-deleted.ts';

export interface FileAdded extends Envelope {
  eventType: 'file-added';
  eventVersion: '1.0';
  payload: FileAddedPayload;
}

export interface FileRemoved extends Envelope {
  eventType: 'file-removed';
  eventVersion: '1.0';
  payload: FileRemovedPayload;
}

export interface UserCreated extends Envelope {
  eventType: 'user-created';
  eventVersion: '1.0';
  payload: UserCreatedPayload;
}

export interface UserDeleted extends Envelope {
  eventType: 'user-deleted';
  eventVersion: '1.0';
  payload: UserDeletedPayload;
}

/** Event type → version → the event. */
export interface Events {
  'file-added': { '1.0': FileAdded };
  'file-removed': { '1.0': FileRemoved };
  'user-created': { '1.0': UserCreated };
  'user-deleted': { '1.0': UserDeleted };
}

/** The same list for the run time. */
export const eventVersions = {
  'file-added': ['1.0'],
  'file-removed': ['1.0'],
  'user-created': ['1.0'],
  'user-deleted': ['1.0'],
} as const;
