import type { Check, Evidence } from './evidence.ts';
import { few } from './settling.ts';

/** A position that was acknowledged: it took effect between the two times. */
interface Taken {
  readonly offset: number;
  readonly sentUs: number;
  readonly answeredUs: number;
}

/** I7: what is committed never goes back, neither as it was looked at nor as it was acknowledged. */
export const commitsGoForward: Check = (evidence) => {
  const acknowledged = [...takenByPartition(evidence)].flatMap(([partition, taken]) =>
    stepsBack(taken).map((problem) => `${partition} was committed at ${problem}`),
  );
  return few('I7', [...looksBack(evidence), ...acknowledged]);
};

function looksBack({ commitLooks }: Evidence): string[] {
  const last = new Map<string, number>();
  const problems: string[] = [];
  for (const { partition, offset } of commitLooks) {
    const before = last.get(partition) ?? -1;
    if (offset < before) problems.push(`${partition} went from ${before} back to ${offset}`);
    last.set(partition, offset);
  }
  return problems;
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
