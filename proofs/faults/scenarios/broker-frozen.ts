import { freezeNode } from '../cell/broker-actions.ts';
import type { Scenario } from '../scenario.ts';

/** The only broker is stopped by SIGSTOP for less than the session: open connections that say nothing. */
export const scenario: Scenario = {
  name: 'broker-frozen',
  ownBrokers: true,
  rounds: 4,
  moments: ['load', 'load', 'idle', 'rebalance'],
  inject: (cell, random) => freezeNode(cell, random.pick(cell.cluster.nodes), random.whole(1_000, 5_000)),
  happened: (tally) => tally.of('broker freeze') > 0,
};
