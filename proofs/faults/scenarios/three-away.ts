import { outage } from '../cell/broker-actions.ts';
import type { Scenario } from '../scenario.ts';

/** All three brokers are away, and come back. */
export const scenario: Scenario = {
  name: 'three-away',
  brokers: 3,
  ownBrokers: true,
  rounds: 2,
  moments: ['load', 'idle'],
  inject: (cell, random) => outage(cell, cell.cluster.nodes, random.whole(5_000, 20_000)),
  happened: (tally) => tally.of('outage noticed') > 0,
};
