import type { Events } from './generated/events.ts';

/** The name of an event type that has a schema. */
export type EventType = keyof Events;

/** The events of one type, in all versions. A table of handlers is `{…} satisfies {[T in EventType]: Handler<EventOf<T>>}`. */
export type EventOf<T extends EventType> = Events[T][keyof Events[T]];

/** Any event; `eventType` (and `eventVersion`, where there are several) tells which. */
export type Event = { [T in EventType]: EventOf<T> }[EventType];
