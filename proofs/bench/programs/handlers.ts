// Stands in the place of the consumer's handlers, see observe-consumer.ts.
import { setTimeout as sleep } from 'node:timers/promises';
import { noteArrival } from './timed-handler.ts';
import { readTask } from './subject.ts';

const { handler, total } = readTask();

interface TimedEvent {
  readonly payload: { readonly sentAtUs?: number };
}

/** 5 ms, as a call to a service nearby takes. */
export const slow = (): Promise<void> => sleep(5);

const timed = (event: TimedEvent): void => noteArrival(event.payload.sentAtUs ?? 0, total);

const chosen = { nothing: () => {}, slow, timed }[handler];

export { chosen as fileAdded, chosen as fileRemoved, chosen as userCreated, chosen as userDeleted };
