import { makeZombie } from '../cell/actions.ts';
import type { Scenario } from '../scenario.ts';

/** SIGSTOP beyond the session, then SIGCONT: the one that wakes up must let go of what others have taken. */
export const scenario: Scenario = {
  name: 'zombie',
  ci: true,
  rounds: 4,
  moments: ['load', 'idle', 'rebalance'],
  inject: (cell, random) => makeZombie(cell, random.pick(cell.running())),
  happened: (tally) => tally.of('zombie') > 0 && tally.of('takeover') > 0,
};
