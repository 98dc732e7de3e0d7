import type { Check, Evidence } from './evidence.ts';
import { few } from './settling.ts';

/** A position that was acknowledged: it took effect between the two times. */
interface Taken {
  readonly offset: number;
  readonly sentUs: number;
  readonly answeredUs: number;
}

/**
 * I7: what is committed never goes back, neither as it was looked at nor as it was acknowledged. A commit that was never
 * acknowledged is no promise, but it may take effect as late as it likes: Kafka refuses none of the same generation.
 */
export const commitsGoForward: Check = (evidence) => {
  const acknowledged = [...takenByPartition(evidence)].flatMap(([partition, taken]) =>
    stepsBack(taken).map((problem) => `${partition} was committed at ${problem}`),
  );
  return few('I7', [...looksBack(evidence), ...acknowledged]);
};

function looksBack(evidence: Evidence): string[] {
  const mayComeLate = unacknowledged(evidence);
  const last = new Map<string, number>();
  const problems: string[] = [];
  for (const { partition, offset } of evidence.commitLooks) {
    const before = last.get(partition) ?? -1;
    if (offset < before && !mayComeLate.has(`${partition}:${offset}`))
      problems.push(`${partition} went from ${before} back to ${offset}`);
    last.set(partition, offset);
  }
  return problems;
}

/** What was sent, one commit at a time, and not acknowledged, as `topic/partition:offset`. */
function unacknowledged({ lives }: Evidence): Set<string> {
  const all = new Set<string>();
  for (const { steps } of lives) {
    let sent: string[] = [];
    for (const { mark, text, positions } of steps) {
      if (mark === 'A' && text === 'acknowledged') sent = [];
      if (mark !== 'C') continue;
      for (const one of sent) all.add(one);
      sent = positions.map(({ partition, offset }) => `${partition}:${offset}`);
    }
    for (const one of sent) all.add(one);
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

/** Two that overlap in time may have taken effect in any order. */
function stepsBack(taken: readonly Taken[]): string[] {
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
    if (offset < highest) problems.push(`${highest}, and later at ${offset}`);
  }
  return problems;
}
