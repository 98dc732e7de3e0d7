import { requireReplicas } from '../cell/dlq-actions.ts';
import { expectHeldLetters } from '../cell/refused-letters.ts';
import type { Scenario } from '../scenario.ts';

/** Too few replicas of the dead letter topic are in sync: partitions with a letter to write are held, none is skipped. */
export const scenario: Scenario = {
  name: 'dlq-few-replicas',
  brokers: 3,
  ownBrokers: true,
  brokerProperties: { 'default.replication.factor': '3' },
  poisonRatio: 0.1,
  rounds: 2,
  moments: ['load', 'load', 'rebalance'],
  async inject(cell, random) {
    await requireReplicas(cell, 3);
    const node = random.pick(cell.cluster.nodes);
    await node.kill();
    cell.did('broker kill');
    await expectHeldLetters(cell, random);
    await node.restart();
  },
  happened: (tally) => tally.of('held') > 0,
};
