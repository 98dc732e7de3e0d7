import { outage } from '../cell/broker-actions.ts';
import type { Scenario } from '../scenario.ts';

/** Two of three brokers are away: there is no quorum, and nothing can be acknowledged. */
export const scenario: Scenario = {
  name: 'two-of-three-away',
  brokers: 3,
  ownBrokers: true,
  // See three-away.
  env: { SESSION_TIMEOUT_SEC: '30' },
  rounds: 2,
  poisonRatio: 0.1,
  moments: ['load', 'idle'],
  inject: (cell, random) => outage(cell, cell.cluster.nodes.slice(1), random.whole(5_000, 15_000)),
  happened: (tally) => tally.of('outage') > 0,
};
