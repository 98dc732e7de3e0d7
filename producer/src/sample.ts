import type { Faker } from '@faker-js/faker';
import type { Event, EventType } from '@event-pipeline/schemas/event-types.ts';
import type { World } from './entities.ts';

/** What a sample may draw from. All choices come from `faker`; `now` (ISO 8601) is the only thing that no seed fixes. */
export interface SampleContext {
  readonly faker: Faker;
  readonly world: World;
  readonly now: string;
}

/** One made-up event: the entity that it is about, which is the record's key, and its payload. */
export interface Drawn<E extends Event> {
  readonly key: string;
  readonly payload: E['payload'];
}

/** How the producer makes up events of one type. */
export interface Sample<E extends Event = Event> {
  readonly topic: string;
  readonly eventVersion: E['eventVersion'];
  /** Null where such an event can't be now: what isn't there can't be removed. */
  readonly draw: (context: SampleContext) => Drawn<E> | null;
}

/** The sample of one event type. */
export type SampleOf<T extends EventType> = Sample<Extract<Event, { eventType: T }>>;
