import { nextTurn } from '../cell/until.ts';
import type { Scenario } from '../scenario.ts';

/** Two signals within 2 s, as a terminal and npm send them: one stop in order. */
export const scenario: Scenario = {
  name: 'terminate-twice',
  rounds: 10,
  moments: ['load', 'idle', 'rebalance'],
  async inject(cell, random) {
    const victim = random.pick(cell.running());
    const ended = cell.terminate(victim);
    await nextTurn();
    victim.signal(random.pick(['SIGTERM', 'SIGINT'] as const));
    await ended;
    cell.did('terminate');
  },
  happened: (tally) => tally.of('terminate') > 0,
};
