import { cutOffOne } from '../cell/cut-off.ts';
import { nextTurn } from '../cell/until.ts';
import type { Scenario } from '../scenario.ts';

/** A consumer is cut off from the brokers, not from its slow target, and has a queue: it begins nothing of that any more. */
export const scenario: Scenario = {
  name: 'network-zombie-forwarding',
  proxied: true,
  forwards: true,
  recordsPerSec: 400,
  rounds: 2,
  moments: ['load', 'rebalance'],
  async inject(cell, random) {
    cell.target?.answerWith(() => ({ status: 204, delayMs: 2_000 }));
    // Until each has more to do than its session lasts.
    for (let turns = 100; turns > 0; turns -= 1) await nextTurn();
    await cutOffOne(cell, random.pick(cell.running()), 'stalled');
  },
  async heal(cell) {
    cell.target?.answerWith(() => ({ status: 204 }));
  },
  happened: (tally) => tally.of('cut off: stalled') > 0 && tally.of('takeover') > 0,
};
