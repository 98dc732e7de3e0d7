import { freezeNode } from '../cell/broker-actions.ts';
import type { Scenario } from '../scenario.ts';

/** The only broker is stopped for longer than the session: as it wakes up it may drop all members at once. */
export const scenario: Scenario = {
  name: 'broker-frozen-beyond-session',
  ownBrokers: true,
  rounds: 3,
  moments: ['load', 'load', 'idle'],
  inject: (cell, random) =>
    freezeNode(cell, random.pick(cell.cluster.nodes), cell.policy.sessionMs + random.whole(2_000, 10_000)),
  happened: (tally) => tally.of('broker freeze') > 0,
};
