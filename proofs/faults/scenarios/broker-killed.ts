import { nextTurn } from '../cell/until.ts';
import type { Scenario } from '../scenario.ts';

/** The only broker is killed, or stopped in order, and comes back: an outage repeats nothing. */
export const scenario: Scenario = {
  name: 'broker-killed',
  ownBrokers: true,
  ci: true,
  rounds: 3,
  moments: ['load', 'load', 'rebalance'],
  async inject(cell, random) {
    const [node] = cell.cluster.nodes;
    if (node === undefined) throw new Error('a cluster has a node');
    const inOrder = random.next() < 0.3;
    await (inOrder ? node.stop() : node.kill());
    for (let turns = random.whole(0, 200); turns > 0; turns -= 1) await nextTurn();
    await node.restart();
    cell.did(inOrder ? 'broker restart' : 'broker kill');
  },
  happened: (tally) => tally.of('broker restart') + tally.of('broker kill') > 0,
};
