import { nextTurn } from '../cell/until.ts';
import type { Scenario } from '../scenario.ts';

/** Members come and leave in order, one after another, so that rebalances meet each other: nothing is handled twice. */
export const scenario: Scenario = {
  name: 'rebalance-storm',
  consumers: 4,
  rounds: 8,
  moments: ['load', 'load', 'load', 'idle'],
  async inject(cell, random) {
    for (let change = 0; change < 4; change += 1) {
      const joins = cell.running().length < 4 || random.next() < 0.5;
      if (joins) cell.start();
      else await cell.terminate(random.pick(cell.running()));
      cell.did(joins ? 'join' : 'terminate');
      for (let turns = random.whole(0, 60); turns > 0; turns -= 1) await nextTurn();
    }
    while (cell.running().length > 4) await cell.terminate(random.pick(cell.running()));
  },
  happened: (tally) => tally.of('join') > 0 && tally.of('terminate') > 0,
};
