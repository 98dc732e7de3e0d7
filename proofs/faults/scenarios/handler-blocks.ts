import { points } from '../cell/actions.ts';
import { until } from '../cell/until.ts';
import type { Scenario } from '../scenario.ts';

/** Somebody's code blocks the event loop for longer than the session: others take over, and nothing is lost. */
export const scenario: Scenario = {
  name: 'handler-blocks',
  rounds: 3,
  poisonRatio: 0.1,
  moments: ['load', 'rebalance'],
  async inject(cell, random) {
    const point = random.pick(points);
    const blocks = cell.start(`${point}:${random.whole(1, 5)}:block`);
    if (await until(() => blocks.count('G') > 0, 40_000)) cell.did(`blocked at ${point}`);
  },
  happened: (tally) => points.some((point) => tally.of(`blocked at ${point}`) > 0),
};
