import { killNode, strikeCoordinator } from '../cell/broker-actions.ts';
import type { Scenario } from '../scenario.ts';

/** The group's coordinator is killed: another broker of the three takes its part. */
export const scenario: Scenario = {
  name: 'coordinator-killed',
  brokers: 3,
  ownBrokers: true,
  rounds: 3,
  moments: ['load', 'load', 'idle', 'rebalance'],
  inject: (cell, random) =>
    strikeCoordinator(cell, (node) => killNode(cell, node, random.whole(6_000, 12_000))),
  happened: (tally) => tally.of('broker kill') > 0 && tally.of('coordinator moved') > 0,
};
