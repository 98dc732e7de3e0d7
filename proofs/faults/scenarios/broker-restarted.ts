import { restartNode } from '../cell/broker-actions.ts';
import type { Scenario } from '../scenario.ts';

/** The only broker is restarted in order. */
export const scenario: Scenario = {
  name: 'broker-restarted',
  ownBrokers: true,
  rounds: 3,
  moments: ['load', 'load', 'idle', 'rebalance'],
  inject: (cell, random) => restartNode(cell, random.pick(cell.cluster.nodes)),
  happened: (tally) => tally.of('broker restart') > 0,
};
