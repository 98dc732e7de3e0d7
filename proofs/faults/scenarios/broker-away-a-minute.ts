import { outage } from '../cell/broker-actions.ts';
import type { Scenario } from '../scenario.ts';

/** Kafka is away for a minute. */
export const scenario: Scenario = {
  name: 'broker-away-a-minute',
  ownBrokers: true,
  rounds: 1,
  moments: ['load', 'rebalance'],
  inject: (cell) => outage(cell, cell.cluster.nodes, 60_000),
  happened: (tally) => tally.of('outage noticed') > 0,
};
