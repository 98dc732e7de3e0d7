import { expect, test } from 'vitest';
import type { Event, EventOf, EventType } from '../src/event-types.ts';

// What these lines show is shown by the compiler: each `@ts-expect-error` must be an error.

type Handler<E extends Event> = (event: E) => string;
type Handlers = { readonly [T in EventType]: Handler<EventOf<T>> };

const handlers = {
  'file-added': (event) => event.payload.addedAt,
  'file-removed': (event) => event.payload.removedAt,
  'user-created': (event) => event.payload.email,
  'user-deleted': (event) => event.payload.deletedAt,
} satisfies Handlers;

const { 'user-deleted': _, ...incomplete } = handlers;
// @ts-expect-error A handler is missing.
incomplete satisfies Handlers;
// @ts-expect-error There is no such event type.
'user-renamed' satisfies EventType;

function misspelt(event: EventOf<'user-created'>): unknown {
  // @ts-expect-error The schema calls it `username`; fields that no schema names have no type.
  return event.payload.userName;
}

function emailIn(event: Event): string | null {
  // @ts-expect-error Before `eventType` is looked at it could be any event.
  event.payload.email satisfies string;
  return event.eventType === 'user-created' ? event.payload.email : null;
}

test('the event type tells which payload there is', () => {
  const payload = { user_id: 'u', username: 'n', email: 'a@b.co', createdAt: '2026-01-01T00:00:00Z' };
  const envelope = { eventId: 'e', eventVersion: '1.0', eventTime: '2026-01-01T00:00:00Z' } as const;
  expect(emailIn({ ...envelope, eventType: 'user-created', payload })).toBe('a@b.co');
  expect(misspelt({ ...envelope, eventType: 'user-created', payload })).toBeUndefined();
});
