import type { SampleOf } from '../sample.ts';

/** A user who was created is deleted. */
export const userDeleted: SampleOf<'user-deleted'> = {
  topic: 'kafka-topics2',
  eventVersion: '1.0',
  draw: ({ world, now }) => {
    const userId = world.users.remove();
    return userId === null ? null : { key: userId, payload: { userId, deletedAt: now } };
  },
};
