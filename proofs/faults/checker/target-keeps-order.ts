import type { Check, Evidence } from './evidence.ts';
import { few, placeOf, settlings } from './settling.ts';
import { eventIn, firstTakenUs } from './target-events.ts';

/**
 * I5 at the other end: of a key's events, the target took each for the first time behind those before it. One that was
 * ever a letter is left out: who got no success may be taken late, or again by a later owner, when its key has gone on.
 */
export const targetKeepsOrder: Check = (evidence) => {
  if (evidence.targetTaken === null) return [];
  const firstUs = firstTakenUs(evidence.targetTaken);
  const last = new Map<string, { readonly place: string; readonly us: number }>();
  const problems: string[] = [];
  for (const { place, lane, eventId } of handledOfKeys(evidence)) {
    const us = firstUs.get(eventId);
    if (us === undefined) continue;
    // A record that stands twice in the log was taken for the first time with the first of the two.
    firstUs.delete(eventId);
    const before = last.get(lane);
    if (before !== undefined && us < before.us)
      problems.push(`the target took ${place} before ${before.place} of its key`);
    else last.set(lane, { place, us });
  }
  return few('I5', problems);
};

/** Of the records that have a key, those that were handled and never a letter; of a partition's, in their order. */
function handledOfKeys(evidence: Evidence) {
  const settled = settlings(evidence);
  return evidence.log
    .filter((record) => settled.get(placeOf(record))?.every(({ step }) => step.mark === 'H') === true)
    .toSorted((a, b) => a.offset - b.offset)
    .flatMap(({ key, value, ...record }) => {
      const eventId = eventIn(value)?.eventId;
      if (key === null || eventId === undefined) return [];
      const { topic, partition } = record;
      const lane = `${topic}/${partition} ${key.toString('latin1')}`;
      return [{ place: `${topic}/${partition}@${record.offset}`, lane, eventId }];
    });
}
