import { terminateOne } from '../cell/actions.ts';
import type { Scenario } from '../scenario.ts';

/** SIGTERM at any moment: nothing may be handled twice, and the exit code is 0. */
export const scenario: Scenario = {
  name: 'terminate-under-load',
  ci: true,
  rounds: 10,
  moments: ['load', 'load', 'idle', 'rebalance'],
  inject: terminateOne,
  happened: (tally) => tally.of('terminate') > 0,
};
