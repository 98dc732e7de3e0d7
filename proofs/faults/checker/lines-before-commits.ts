import type { Check, Life, Step } from './evidence.ts';
import { few, stepPlace } from './settling.ts';

/**
 * I12, for the lines: what a process handled and sent a commit of stands as one line in its output, even where it was
 * killed; in the output of one that ended in order, everything that it handled stands so; and nothing stands more often
 * than it was handled.
 */
export const linesBeforeCommits: Check = ({ lives }) =>
  few('I12', [...lives.flatMap(missingLines), ...lives.flatMap(doubledLines)]);

function missingLines({ name, steps, handledLines, killedUs }: Life): string[] {
  const sent = new Map<string, number>();
  for (const { mark, positions } of steps)
    if (mark === 'C')
      for (const { partition, offset } of positions)
        sent.set(partition, Math.max(offset, sent.get(partition) ?? 0));
  const mustHave = steps.filter(
    ({ partition, offset }) => killedUs === null || offset < (sent.get(partition) ?? 0),
  );
  return [...timesHandled(mustHave)]
    .filter(([place, count]) => (handledLines.get(place) ?? 0) < count)
    .map(([place]) => `${name} handled ${place}, and its output has no line of it`);
}

/** Only where the counters were kept: then its ledger has all that it ever did, and nothing before a new start is left out. */
function doubledLines({ name, steps, handledLines, metrics }: Life): string[] {
  if (metrics === null) return [];
  const handled = timesHandled(steps);
  return [...handledLines]
    .filter(([place, lines]) => lines > (handled.get(place) ?? 0))
    .map(
      ([place, lines]) =>
        `${name} handled ${place} ${handled.get(place) ?? 0} times, and its output has ${lines} lines of it`,
    );
}

/** How often each place was handled. */
function timesHandled(steps: readonly Step[]): Map<string, number> {
  const times = new Map<string, number>();
  for (const step of steps)
    if (step.mark === 'H') times.set(stepPlace(step), (times.get(stepPlace(step)) ?? 0) + 1);
  return times;
}
