import { killAtPoint, points } from '../cell/actions.ts';
import type { Scenario } from '../scenario.ts';

/** kill -9 right at a named point: between a handler and its settling, a letter's acknowledgement and the commit … */
export const scenario: Scenario = {
  name: 'kill-at-point',
  ci: true,
  rounds: 12,
  poisonRatio: 0.1,
  moments: ['load', 'load', 'rebalance'],
  async inject(cell, random) {
    const victims = [random.pick(points), random.pick(points)].map((point) => {
      return killAtPoint(cell, point, random.whole(1, point.startsWith('handler') ? 200 : 5));
    });
    await Promise.all(victims);
  },
  happened: (tally) => points.some((point) => tally.of(`kill at ${point}`) > 0),
};
