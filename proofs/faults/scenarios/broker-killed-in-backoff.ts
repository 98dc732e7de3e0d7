import { killNode } from '../cell/broker-actions.ts';
import { scenario as terminate } from './terminate-in-backoff.ts';
import type { Scenario } from '../scenario.ts';

/** The broker is killed while keys wait for their next attempt. */
export const scenario: Scenario = {
  ...terminate,
  name: 'broker-killed-in-backoff',
  ci: false,
  ownBrokers: true,
  rounds: 2,
  async inject(cell, random) {
    for (const node of cell.cluster.nodes) await killNode(cell, node, random.whole(1_000, 9_000));
  },
  happened: (tally) => tally.of('broker kill') > 0,
};
