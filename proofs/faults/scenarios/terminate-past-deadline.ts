import { until } from '../cell/until.ts';
import type { Scenario } from '../scenario.ts';

/**
 * Beyond SHUTDOWN_TIMEOUT_SEC, within half the rebalance time-out, 30 s: the others end theirs before they give their
 * partitions back, and these stand still for that long, though all is well by then.
 */
const SLOW_MS = 20_000;

/** SIGTERM while handlers run for longer than SHUTDOWN_TIMEOUT_SEC: exit code 1, and what still ran comes again. */
export const scenario: Scenario = {
  name: 'terminate-past-deadline',
  forwards: true,
  recordsPerSec: 150,
  rounds: 2,
  env: { FORWARD_TIMEOUT_SEC: '50', SHUTDOWN_TIMEOUT_SEC: '2' },
  moments: ['load', 'rebalance'],
  async inject(cell, random) {
    let slow = 0;
    cell.target?.answerWith((eventId) => {
      if (!/[05]7$/.test(eventId)) return { status: 204 };
      slow += 1;
      return { status: 204, delayMs: SLOW_MS };
    });
    if (!(await until(() => slow >= 20, 30_000))) return;
    const victim = random.pick(cell.running());
    await cell.terminate(victim, 1);
    cell.did('terminate');
  },
  async heal(cell) {
    cell.target?.answerWith(() => ({ status: 204 }));
  },
  happened: (tally) => tally.of('terminate') > 0,
};
