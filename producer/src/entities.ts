import type { Faker } from '@faker-js/faker';

/** The ids of one kind of entity that are there: created, and not yet deleted. */
export interface Entities {
  /** A new one. */
  readonly create: () => string;
  /** One that is there, or null where there is none. */
  readonly pick: () => string | null;
  /** One that was there and is not any more, or null. */
  readonly remove: () => string | null;
}

/** What there is, as far as the producer's own events tell. */
export interface World {
  readonly files: Entities;
  readonly users: Entities;
}

// The producer may run for months: it forgets the oldest entities rather than to grow.
const maxKnown = 1_000;

function createEntities(faker: Faker): Entities {
  const ids: string[] = [];
  const someIndex = (): number => faker.number.int({ min: 0, max: ids.length - 1 });
  return {
    create: () => {
      const id = faker.string.uuid();
      ids.push(id);
      if (ids.length > maxKnown) ids.shift();
      return id;
    },
    pick: () => (ids.length === 0 ? null : (ids[someIndex()] ?? null)),
    remove: () => (ids.length === 0 ? null : (ids.splice(someIndex(), 1)[0] ?? null)),
  };
}

/** An empty world; all of its choices come from `faker`, so that a seed fixes them. */
export function createWorld(faker: Faker): World {
  return { files: createEntities(faker), users: createEntities(faker) };
}
