import { cutOffOne, type CutOff } from '../cell/cut-off.ts';
import type { Scenario } from '../scenario.ts';

const ways: readonly CutOff[] = ['refused', 'silent', 'deaf', 'stalled'];

/** One consumer alone is cut off beyond its session while it goes on running; the others take over, and it comes back. */
export const scenarios: Scenario[] = ways.map((how) => ({
  name: `network-zombie-${how}`,
  proxied: true,
  rounds: 3,
  poisonRatio: 0.1,
  moments: ['load', 'idle', 'rebalance'],
  inject: (cell, random) => cutOffOne(cell, random.pick(cell.running()), how),
  happened: (tally) => tally.of(`cut off: ${how}`) > 0 && tally.of('takeover') > 0,
}));
