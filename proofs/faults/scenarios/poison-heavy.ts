import { killAtPoint, killOne } from '../cell/actions.ts';
import type { Scenario } from '../scenario.ts';

/** Half of the records are poison, and kills fall around their letters. */
export const scenario: Scenario = {
  name: 'poison-heavy',
  ci: true,
  poisonRatio: 0.5,
  rounds: 8,
  moments: ['load', 'load', 'rebalance'],
  async inject(cell, random) {
    if (random.next() < 0.3) await killOne(cell, random);
    else
      await killAtPoint(
        cell,
        random.pick(['letter-sending', 'letter-written'] as const),
        random.whole(1, 100),
      );
  },
  happened: (tally) => tally.of('kill') > 0,
};
