import { points, zombieAtPoint } from '../cell/actions.ts';
import type { Scenario } from '../scenario.ts';

/** SIGSTOP right at a named point, beyond the session, then SIGCONT. */
export const scenario: Scenario = {
  name: 'zombie-at-point',
  rounds: 4,
  poisonRatio: 0.1,
  moments: ['load', 'rebalance'],
  async inject(cell, random) {
    const point = random.pick(points);
    await zombieAtPoint(cell, point, random.whole(1, point.startsWith('handler') ? 200 : 5));
  },
  happened: (tally) => tally.of('zombie') > 0 && tally.of('takeover') > 0,
};
