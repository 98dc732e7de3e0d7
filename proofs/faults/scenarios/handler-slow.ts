import { terminateOne } from '../cell/actions.ts';
import { countMarks } from '../cell/moments.ts';
import { until } from '../cell/until.ts';
import type { Scenario } from '../scenario.ts';

const SLOW_MS = 9_000;

/** Handlers take longer than the session, under load and across a rebalance: the member stays, nothing comes twice. */
export const scenario: Scenario = {
  name: 'handler-slow',
  forwards: true,
  recordsPerSec: 150,
  rounds: 2,
  env: { FORWARD_TIMEOUT_SEC: '20' },
  moments: ['load', 'rebalance'],
  async inject(cell, random) {
    let slow = 0;
    cell.target?.answerWith((eventId) => {
      if (!/[05]7$/.test(eventId)) return { status: 204 };
      slow += 1;
      return { status: 204, delayMs: SLOW_MS };
    });
    if (await until(() => slow >= 3, 30_000)) cell.did('slow handler');
    const before = countMarks(cell, 'X');
    const began = performance.now();
    cell.start();
    await until(() => performance.now() - began > SLOW_MS, 2 * SLOW_MS);
    if (countMarks(cell, 'X') > before) cell.complaints.push('a slow handler cost a member its session');
    while (cell.running().length > 4) await terminateOne(cell, random);
  },
  async heal(cell) {
    cell.target?.answerWith(() => ({ status: 204 }));
  },
  happened: (tally) => tally.of('slow handler') > 0,
};
