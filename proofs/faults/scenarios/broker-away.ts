import { outage } from '../cell/broker-actions.ts';
import type { Scenario } from '../scenario.ts';

/** Kafka is away for longer than the session; nothing may be dropped, repeated, or taken for poison. */
export const scenario: Scenario = {
  name: 'broker-away',
  ownBrokers: true,
  rounds: 2,
  poisonRatio: 0.1,
  moments: ['load', 'load', 'idle'],
  inject: (cell, random) => outage(cell, cell.cluster.nodes, random.whole(8_000, 25_000)),
  happened: (tally) => tally.of('outage noticed') > 0,
};
