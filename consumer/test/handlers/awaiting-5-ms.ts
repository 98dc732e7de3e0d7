import { setTimeout as pause } from 'node:timers/promises';
import type { Event } from '@event-pipeline/schemas/event-types.ts';
import type { Handlers } from '../../src/handlers.ts';

/** On the average: neighbours take 2, 8, 6 and 4 ms, so that those who do not wait for each other overtake. */
const handle = async ({ eventId }: Event): Promise<void> => await pause(2 + ((Number(eventId) * 6) % 8));

export const handlers: Handlers = {
  'file-added': handle,
  'file-removed': handle,
  'user-created': handle,
  'user-deleted': handle,
};
