import type { SampleOf } from '../sample.ts';

const roles = ['viewer', 'editor', 'admin'];

/** A user is created, most of them with roles. */
export const userCreated: SampleOf<'user-created'> = {
  topic: 'kafka-topics2',
  eventVersion: '1.0',
  draw: ({ faker, world, now }) => {
    const userId = world.users.create();
    const payload = {
      user_id: userId,
      username: faker.internet.username(),
      // A domain that is set aside for examples: no mail can reach anyone.
      email: faker.internet.exampleEmail().toLowerCase(),
      createdAt: now,
    };
    const withRoles = faker.datatype.boolean({ probability: 0.8 });
    return {
      key: userId,
      payload: withRoles ? { ...payload, roles: faker.helpers.arrayElements(roles) } : payload,
    };
  },
};
