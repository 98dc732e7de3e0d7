import type { Events } from './generated/events.ts';

/** The name of an event type that has a schema. */
export type EventType = keyof Events;

/** Any event; `eventType` (and `eventVersion`, where there are several) tells which. */
export type Event = { [T in EventType]: Events[T][keyof Events[T]] }[EventType];

/** The events of one type, in all versions. A table of handlers is `{…} satisfies {[T in EventType]: Handler<EventOf<T>>}`. */
export type EventOf<T extends EventType> = Extract<Event, { eventType: T }>;
