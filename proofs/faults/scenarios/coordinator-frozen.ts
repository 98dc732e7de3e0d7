import { freezeNode, strikeCoordinator } from '../cell/broker-actions.ts';
import type { Scenario } from '../scenario.ts';

/** The group's coordinator is stopped until the cluster has another, and wakes up as one that is none any more. */
export const scenario: Scenario = {
  name: 'coordinator-frozen',
  brokers: 3,
  ownBrokers: true,
  rounds: 2,
  moments: ['load', 'idle'],
  inject: (cell, random) =>
    strikeCoordinator(cell, (node) => freezeNode(cell, node, random.whole(12_000, 18_000))),
  happened: (tally) => tally.of('broker freeze') > 0 && tally.of('coordinator moved') > 0,
};
