import type { Check } from './evidence.ts';
import { few, placeOf, stepPlace } from './settling.ts';
import { eventIn, firstTakenUs } from './target-events.ts';

/** I1 at the other end: where events are forwarded, what counts as handled was taken by the target before. */
export const targetTookAll: Check = ({ targetTaken, log, lives }) => {
  if (targetTaken === null) return [];
  const firstUs = firstTakenUs(targetTaken);
  const ids = new Map(log.map((record) => [placeOf(record), eventIn(record.value)?.eventId]));
  return few(
    'I1',
    lives.flatMap(({ name, steps }) =>
      steps
        .filter(
          (step) => step.mark === 'H' && (firstUs.get(ids.get(stepPlace(step)) ?? '') ?? Infinity) > step.us,
        )
        .map((step) => `${name} counts ${stepPlace(step)} as handled, and the target had not taken it`),
    ),
  );
};
