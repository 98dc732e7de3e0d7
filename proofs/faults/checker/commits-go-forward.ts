import type { Check, CommitLook, Evidence, Step } from './evidence.ts';
import { few } from './settling.ts';

/** A position that was acknowledged: it took effect between the two times. */
interface Taken {
  readonly offset: number;
  readonly sentUs: number;
  readonly answeredUs: number;
}

/** A position that was sent, and never acknowledged: it may take effect as long as its generation lasts. */
interface Unanswered {
  readonly sentUs: number;
  readonly untilUs: number;
}

/**
 * I7: what is committed never goes back, neither as it was looked at nor as it was acknowledged. A commit without an answer
 * is no promise, but may take effect late, behind a later one: Kafka refuses none of the same generation.
 */
export const commitsGoForward: Check = (evidence) => {
  const unanswered = unansweredByPlace(evidence);
  const acknowledged = [...takenByPartition(evidence)].flatMap(([partition, taken]) =>
    stepsBack(taken, lostOf(unanswered, partition)).map(
      (problem) => `${partition} was committed at ${problem}`,
    ),
  );
  return few('I7', [...looksBack(evidence, unanswered), ...acknowledged]);
};

type ByPlace = ReadonlyMap<string, readonly Unanswered[]>;

function looksBack(evidence: Evidence, unanswered: ByPlace): string[] {
  const last = new Map<string, CommitLook>();
  const problems: string[] = [];
  for (const look of evidence.commitLooks) {
    const { partition, offset } = look;
    const before = last.get(partition);
    last.set(partition, look);
    if (before === undefined || offset >= before.offset) continue;
    const late = unanswered.get(`${partition}:${offset}`) ?? [];
    if (!late.some(({ sentUs, untilUs }) => sentUs < look.toUs && untilUs > before.fromUs))
      problems.push(`${partition} went from ${before.offset} back to ${offset}`);
  }
  return problems;
}

/** By `topic/partition:offset`. One that went back itself when it was sent is none of them. */
function unansweredByPlace(evidence: Evidence): Map<string, Unanswered[]> {
  const taken = takenByPartition(evidence);
  const dealtUs = evidence.lives.flatMap(({ steps }) =>
    steps.filter(({ mark }) => mark === 'P').map(({ us }) => us),
  );
  const all = new Map<string, Unanswered[]>();
  const add = ({ us: sentUs, positions }: Step) => {
    const untilUs = Math.min(...dealtUs.filter((us) => us > sentUs));
    for (const { partition, offset } of positions) {
      const behind = taken.get(partition)?.some((one) => one.answeredUs < sentUs && one.offset > offset);
      const place = `${partition}:${offset}`;
      if (behind !== true) all.set(place, [...(all.get(place) ?? []), { sentUs, untilUs }]);
    }
  };
  for (const { steps } of evidence.lives) {
    let sent: Step | null = null;
    for (const step of steps) {
      if (step.mark === 'A' && sent !== null) {
        if (step.text === 'unknown') add(sent);
        sent = null;
      }
      if (step.mark === 'C') sent = step;
    }
    // A kill came before the answer.
    if (sent !== null) add(sent);
  }
  return all;
}

function takenByPartition({ lives }: Evidence): Map<string, Taken[]> {
  const all = new Map<string, Taken[]>();
  for (const { steps } of lives) {
    let sentUs = 0;
    for (const { mark, us, text, positions } of steps) {
      if (mark === 'C') sentUs = us;
      if (mark !== 'A' || text !== 'acknowledged') continue;
      for (const { partition, offset } of positions) {
        const taken = all.get(partition) ?? [];
        all.set(partition, taken);
        taken.push({ offset, sentUs, answeredUs: us });
      }
    }
  }
  return all;
}

/** What the partition may have been put to behind its last commit, each with the end of the generation in which it can be. */
function lostOf(unanswered: ByPlace, partition: string): { offset: number; untilUs: number }[] {
  return [...unanswered].flatMap(([place, list]) => {
    const at = place.lastIndexOf(':');
    const offset = Number(place.slice(at + 1));
    return place.slice(0, at) === partition ? list.map(({ untilUs }) => ({ offset, untilUs })) : [];
  });
}

/**
 * Two that overlap in time may have taken effect in any order. And in a later generation someone may go on from a commit
 * without an answer, which came into force last: once for each.
 */
function stepsBack(taken: readonly Taken[], lost: { offset: number; untilUs: number }[]): string[] {
  const answered = taken.toSorted((a, b) => a.answeredUs - b.answeredUs);
  let highest = -1;
  let next = 0;
  const problems: string[] = [];
  for (const { offset, sentUs } of taken.toSorted((a, b) => a.sentUs - b.sentUs)) {
    for (
      let first = answered[next];
      first !== undefined && first.answeredUs < sentUs;
      first = answered[next]
    ) {
      highest = Math.max(highest, first.offset);
      next += 1;
    }
    if (offset >= highest) continue;
    const late = lost.findIndex((one) => one.offset <= offset && one.untilUs <= sentUs);
    if (late === -1) problems.push(`${highest}, and later at ${offset}`);
    else {
      lost.splice(late, 1);
      highest = offset;
    }
  }
  return problems;
}
