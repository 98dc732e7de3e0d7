import type { Check } from './evidence.ts';
import { few } from './settling.ts';

/** I7: what is committed never goes back, neither as it was looked at nor as it was acknowledged. */
export const commitsGoForward: Check = ({ commitLooks, lives }) => {
  const acknowledged = lives
    .flatMap(({ steps }) => steps.filter(({ mark, text }) => mark === 'A' && text === 'acknowledged'))
    .toSorted((a, b) => a.us - b.us)
    .flatMap(({ positions }) => positions);
  return few('I7', [...stepsBack(commitLooks), ...stepsBack(acknowledged)]);
};

function stepsBack(positions: readonly { readonly partition: string; readonly offset: number }[]): string[] {
  const last = new Map<string, number>();
  const problems: string[] = [];
  for (const { partition, offset } of positions) {
    const before = last.get(partition) ?? -1;
    if (offset < before) problems.push(`${partition} went from ${before} back to ${offset}`);
    last.set(partition, offset);
  }
  return problems;
}
