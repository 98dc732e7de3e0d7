import type { Check, Evidence, Position, Step } from './evidence.ts';
import { wasOverwritten } from './overwritten.ts';
import {
  beginningOf,
  few,
  isBegunAsStopped,
  letterPlaces,
  longStops,
  settlings,
  stepPlace,
  type Settling,
} from './settling.ts';

/**
 * I6: a record is settled twice only where the one who settled it first was killed afterwards, or stopped beyond its
 * session, and had no acknowledged commit of it by then; or where its handler was under way in a process, or about to begin, as it was
 * stopped; or where an older commit of the first one, which got no answer, came into force behind an acknowledged one of the
 * record, and the partition went to another then. A letter stands twice only where an acknowledgement was lost.
 */
export const noRepeats: Check = (evidence) => {
  const problems: string[] = [];
  const commits = acknowledgedByPartition(evidence);
  for (const [place, list] of settlings(evidence)) {
    for (let at = 1; at < list.length; at += 1) {
      const [first, second] = [list[at - 1] as Settling, list[at] as Settling];
      const why = forbidden(evidence, commits, first, second);
      if (why !== null) problems.push(`${place} was settled by ${first.life.name}, ${why}`);
    }
  }
  return few('I6', [...problems, ...lettersTwice(evidence)]);
};

/** How many settlings there were beyond the first of each record. */
export function repeats(evidence: Evidence): number {
  let count = 0;
  for (const list of settlings(evidence).values()) count += list.length - 1;
  return count;
}

/** @returns null where the second settling had to be expected */
function forbidden(evidence: Evidence, commits: Commits, first: Settling, second: Settling): string | null {
  const why = notForACut(evidence, commits, first, second);
  // Thousands of repeats are for a cut; the rest is dear to find out, and every proxy stands still meanwhile.
  if (why === null || wasStoppedInHandler(evidence, first, second)) return null;
  if (wasOverwritten(evidence, first, second)) return null;
  return `and again by ${second.life.name} ${Math.round((second.step.us - first.step.us) / 1e3)} ms later, ${why}`;
}

function notForACut(evidence: Evidence, commits: Commits, first: Settling, second: Settling): string | null {
  const cutUs = cutAfter(evidence, first, second);
  if (cutUs === null) return 'without a kill or a cut';
  const isCommitted = committedBefore(commits, first.step, Math.max(cutUs, givenUs(second)));
  return isCommitted ? 'although it was committed' : null;
}

/** When the second one was given the partition in which it did the record: it had asked by then what is committed. */
function givenUs(second: Settling): number {
  const { life, step } = second;
  const beganUs = beginningOf(second)?.us ?? 0;
  const given = life.steps.findLast(
    ({ mark, us, partitions }) => mark === 'P' && us <= beganUs && partitions.includes(step.partition),
  );
  return given?.us ?? 0;
}

/** When the first one was killed, or its stop beyond the session began; null where neither lies between the two. */
function cutAfter({ policy }: Evidence, { life, step }: Settling, second: Settling): number | null {
  if (life.killedUs !== null && life !== second.life && life.killedUs <= second.step.us) return life.killedUs;
  const stop = longStops(life, policy).find(
    ({ fromUs, toUs }) => fromUs <= second.step.us && toUs >= step.us - LATE_US,
  );
  return stop === undefined ? null : stop.fromUs;
}

/**
 * The second one had begun before it was stopped, or while its lease still held when it was cut off, and ended when it
 * went on: nobody can take that back.
 */
function wasStoppedInHandler({ policy }: Evidence, first: Settling, { life, step }: Settling): boolean {
  return longStops(life, policy).some(({ fromUs, toUs }) => {
    if (first.step.us < fromUs || step.us < toUs) return false;
    const began = beginningOf({ life, step });
    if (began === undefined) return false;
    return (
      began.us <= fromUs + policy.sessionMs * 1e3 || (began.mark === 'B' && isBegunAsStopped(life, began))
    );
  });
}

/** What a process had begun when it was stopped may be written down a moment after it goes on. */
const LATE_US = 1e6;

/** What was committed of each partition, and when that was acknowledged. */
type Commits = ReadonlyMap<string, readonly (Position & { readonly us: number })[]>;

function acknowledgedByPartition({ lives }: Evidence): Commits {
  const commits = new Map<string, (Position & { us: number })[]>();
  for (const { steps } of lives) {
    for (const { mark, text, us, positions } of steps) {
      if (mark !== 'A' || text !== 'acknowledged') continue;
      for (const position of positions) {
        const known = commits.get(position.partition) ?? [];
        commits.set(position.partition, known);
        known.push({ ...position, us });
      }
    }
  }
  return commits;
}

function committedBefore(commits: Commits, { partition, offset }: Step, beforeUs: number): boolean {
  const ofPartition = commits.get(partition) ?? [];
  return ofPartition.some(
    (position) =>
      position.us < beforeUs &&
      (position.offset > offset ||
        position.ranges.some(({ first, last }) => first <= offset && offset <= last)),
  );
}

function lettersTwice(evidence: Evidence): string[] {
  const possible = new Map<string, number>();
  for (const { steps } of evidence.lives) {
    const open = new Map<string, number>();
    for (const step of steps) {
      if (step.mark !== 'L' && step.mark !== 'W') continue;
      const place = stepPlace(step);
      // A sending that is not acknowledged may have reached the broker, and one that is has.
      if (step.mark === 'L') open.set(place, (open.get(place) ?? 0) + 1);
      else open.set(place, Math.max(open.get(place) ?? 1, 1));
    }
    for (const [place, count] of open) possible.set(place, (possible.get(place) ?? 0) + count);
  }
  return [...letterPlaces(evidence)]
    .filter(([place, count]) => count > (possible.get(place) ?? 0))
    .map(([place, count]) => `${place} has ${count} letters, ${possible.get(place) ?? 0} were sent`);
}
