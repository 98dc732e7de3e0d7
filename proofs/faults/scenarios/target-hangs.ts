import { someoneNotReady, targetIsAway } from '../cell/readiness.ts';
import type { Scenario } from '../scenario.ts';

const HANG_MS = 20_000;

/** The target takes requests and does not answer, before or in a rebalance: an outage, and no letter. */
export const scenario: Scenario = {
  name: 'target-hangs',
  forwards: true,
  recordsPerSec: 150,
  rounds: 2,
  env: { FORWARD_TIMEOUT_SEC: '2' },
  moments: ['load', 'rebalance'],
  async inject(cell) {
    cell.target?.answerWith(() => ({ status: 503, delayMs: HANG_MS }));
    const said = await someoneNotReady(cell, 30_000, targetIsAway);
    if (said === null) cell.complaints.push('nobody said of the target that it was away while it hung');
    else cell.did('target hangs');
  },
  async heal(cell) {
    cell.target?.answerWith(() => ({ status: 204 }));
  },
  happened: (tally) => tally.of('target hangs') > 0,
};
