import { cutOffWays, type CutOff } from '../cell/cut-off.ts';
import type { Scenario } from '../scenario.ts';

const AWAY_MS = 12_000;
const ways: readonly CutOff[] = ['refused', 'silent'];

/** The consumers reach all brokers but one, which leads partitions and maybe coordinates the group; the brokers see each other. */
export const scenarios: Scenario[] = ways.map((how) => ({
  name: `network-one-broker-${how}`,
  brokers: 3,
  proxied: true,
  rounds: 2,
  moments: ['load', 'rebalance'],
  inject: (cell, random) => {
    const away = random.whole(0, cell.cluster.nodes.length - 1);
    return cutOffWays(cell, ({ broker }) => broker === away, how, AWAY_MS);
  },
  happened: (tally) => tally.of(`cut off: ${how}`) > 0,
}));
