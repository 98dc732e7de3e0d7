import { nextTurn } from '../cell/until.ts';
import { scenario as storm } from './rebalance-storm.ts';
import type { Scenario } from '../scenario.ts';

/** Members come and leave while each event is under way to a slow target: what has begun ends with who began it. */
export const scenario: Scenario = {
  ...storm,
  name: 'rebalance-forwarding',
  forwards: true,
  recordsPerSec: 150,
  rounds: 4,
  async inject(cell, random) {
    cell.target?.answerWith(() => ({ status: 204, delayMs: 300 }));
    // Until that goes for all that is under way.
    for (let turns = 25; turns > 0; turns -= 1) await nextTurn();
    await storm.inject(cell, random);
  },
  async heal(cell) {
    cell.target?.answerWith(() => ({ status: 204 }));
  },
};
