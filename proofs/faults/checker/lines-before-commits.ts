import type { Check, Life } from './evidence.ts';
import { few, stepPlace } from './settling.ts';

/**
 * I12, for the lines: what a process handled and sent a commit of stands as one line in its output, even where it was
 * killed; and in the output of one that ended in order, everything that it handled stands so.
 */
export const linesBeforeCommits: Check = ({ lives }) => few('I12', lives.flatMap(missingLines));

function missingLines(life: Life): string[] {
  const { name, steps, handledLines, killedUs } = life;
  const mustHave = new Map<string, number>();
  const sent = new Map<string, number>();
  for (const { mark, positions } of steps)
    if (mark === 'C')
      for (const { partition, offset } of positions)
        sent.set(partition, Math.max(offset, sent.get(partition) ?? 0));
  for (const step of steps) {
    if (step.mark !== 'H') continue;
    if (killedUs !== null && step.offset >= (sent.get(step.partition) ?? 0)) continue;
    mustHave.set(stepPlace(step), (mustHave.get(stepPlace(step)) ?? 0) + 1);
  }
  return [...mustHave]
    .filter(([place, count]) => (handledLines.get(place) ?? 0) < count)
    .map(([place]) => `${name} handled ${place}, and its output has no line of it`);
}
