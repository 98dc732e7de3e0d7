import type { SampleOf } from '../sample.ts';

/** A file that was added is removed. */
export const fileRemoved: SampleOf<'file-removed'> = {
  topic: 'kafka-topics1',
  eventVersion: '1.0',
  draw: ({ faker, world, now }) => {
    const fileId = world.files.remove();
    if (fileId === null) return null;
    const userId = world.users.pick() ?? faker.string.uuid();
    return { key: fileId, payload: { fileId, userId, removedAt: now } };
  },
};
