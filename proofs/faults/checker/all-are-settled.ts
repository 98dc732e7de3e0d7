import type { Check } from './evidence.ts';
import { few, idOf, letterPlaces, placeOf, stepPlace } from './settling.ts';

/**
 * I1: every record that was written ok is in the log, and every record in the log was handled or is a letter. Letters
 * count by what their topic holds, not by what a consumer believes to have written.
 */
export const allAreSettled: Check = (evidence) => {
  const handled = new Set(
    evidence.lives.flatMap(({ steps }) =>
      steps.flatMap((step) => (step.mark === 'H' ? [stepPlace(step)] : [])),
    ),
  );
  const letters = letterPlaces(evidence);
  const lost = evidence.log
    .map((record) => placeOf(record))
    .filter((place) => !handled.has(place) && !letters.has(place))
    .map((place) => `${place} was neither handled nor is it a letter`);
  const there = new Set(evidence.log.map((record) => idOf(record)));
  const missing = evidence.written
    .filter(({ status, id }) => status === 'ok' && !there.has(id))
    .map(({ id, topic }) => `${id} was acknowledged and is not in ${topic}`);
  return few('I1', [...lost, ...missing]);
};
