import { outage } from '../cell/broker-actions.ts';
import type { Scenario } from '../scenario.ts';

/**
 * All three brokers are away, and come back. The session is as shipped: a broker that starts reads its groups and counts their
 * sessions from then on (Kafka 4.3), but answers nobody before the controllers have agreed, which took 9 s on two busy cores.
 */
export const scenario: Scenario = {
  name: 'three-away',
  brokers: 3,
  ownBrokers: true,
  env: { SESSION_TIMEOUT_SEC: '30' },
  rounds: 2,
  moments: ['load', 'idle'],
  inject: (cell, random) => outage(cell, cell.cluster.nodes, random.whole(5_000, 20_000)),
  happened: (tally) => tally.of('outage noticed') > 0,
};
