import { killNode } from '../cell/broker-actions.ts';
import type { Scenario } from '../scenario.ts';

/** One of three brokers is killed, and comes back while the others serve. */
export const scenario: Scenario = {
  name: 'node-killed',
  brokers: 3,
  ownBrokers: true,
  rounds: 3,
  moments: ['load', 'load', 'idle', 'rebalance'],
  inject: (cell, random) => killNode(cell, random.pick(cell.cluster.nodes), random.whole(3_000, 9_000)),
  happened: (tally) => tally.of('broker kill') > 0,
};
