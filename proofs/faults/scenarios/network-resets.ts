import { setTimeout as pause } from 'node:timers/promises';
import { proxyOf } from '../cell/network-faults.ts';
import type { Scenario } from '../scenario.ts';

const TIMES = 20;

/** Again and again each connection is reset or not, by chance. */
export const scenario: Scenario = {
  name: 'network-resets',
  proxied: true,
  rounds: 3,
  poisonRatio: 0.1,
  moments: ['load', 'idle', 'rebalance'],
  async inject(cell, random) {
    const proxy = proxyOf(cell);
    let cut = 0;
    for (let times = TIMES; times > 0; times -= 1) {
      await pause(random.whole(50, 600));
      cut += proxy.cutAll(() => random.next() < 0.4);
    }
    if (cut > 0) cell.did('resets');
  },
  happened: (tally) => tally.of('resets') > 0,
};
