import type { SampleOf } from '../sample.ts';

/** A user who is there, or one from before the producer's time, adds a file. */
export const fileAdded: SampleOf<'file-added'> = {
  topic: 'kafka-topics1',
  eventVersion: '1.0',
  draw: ({ faker, world, now }) => {
    const fileId = world.files.create();
    const userId = world.users.pick() ?? faker.string.uuid();
    return { key: fileId, payload: { fileId, userId, addedAt: now } };
  },
};
