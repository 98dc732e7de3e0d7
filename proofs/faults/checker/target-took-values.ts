import { fingerprint } from '../fingerprint.ts';
import type { Check } from './evidence.ts';
import { few } from './settling.ts';
import { eventIn } from './target-events.ts';

/** I4 at the other end: the body that the target took with an event's id is, bit for bit, the value of its record. */
export const targetTookValues: Check = ({ targetTaken, log }) => {
  if (targetTaken === null) return [];
  const values = new Map<string, string>();
  for (const { value } of log) {
    const event = eventIn(value);
    if (event?.hasTime === true) values.set(event.eventId, fingerprint(value));
  }
  // What is in the log no more, by intention, can't be compared.
  return few(
    'I4',
    targetTaken
      .filter((taken) => (values.get(taken.eventId) ?? taken.fingerprint) !== taken.fingerprint)
      .map(({ eventId }) => `the target took ${eventId} with another body than its record has`),
  );
};
