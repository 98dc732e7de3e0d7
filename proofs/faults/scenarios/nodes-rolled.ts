import { restartNode } from '../cell/broker-actions.ts';
import type { Scenario } from '../scenario.ts';

/** All three brokers are restarted in order, one after another, as in an update of Kafka. */
export const scenario: Scenario = {
  name: 'nodes-rolled',
  brokers: 3,
  ownBrokers: true,
  rounds: 2,
  moments: ['load', 'rebalance'],
  async inject(cell) {
    for (const node of cell.cluster.nodes) await restartNode(cell, node);
  },
  happened: (tally) => tally.of('broker restart') >= 3,
};
