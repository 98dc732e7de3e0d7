import { terminateOne } from '../cell/actions.ts';
import { scenario as terminate } from './terminate-in-backoff.ts';
import type { Scenario } from '../scenario.ts';

/** A member joins and another leaves while keys wait for their next attempt: they wait on at whoever has them. */
export const scenario: Scenario = {
  ...terminate,
  name: 'rebalance-in-backoff',
  ci: false,
  rounds: 4,
  async inject(cell, random) {
    cell.start();
    await terminateOne(cell, random);
    cell.did('join');
    while (cell.running().length > 4) await terminateOne(cell, random);
  },
  happened: (tally) => tally.of('join') > 0 && tally.of('terminate') > 0,
};
