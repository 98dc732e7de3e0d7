import { killOne } from '../cell/actions.ts';
import type { Scenario } from '../scenario.ts';

/** kill -9 of any consumer, or of several at once, while records come or none do. */
export const scenario: Scenario = {
  name: 'kill-under-load',
  ci: true,
  consumers: 4,
  moments: ['load', 'load', 'load', 'idle'],
  async inject(cell, random) {
    for (let left = random.whole(1, 3); left > 0; left -= 1) await killOne(cell, random);
  },
  happened: (tally) => tally.of('kill') > 0,
};
