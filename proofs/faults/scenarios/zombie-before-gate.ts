import { makeZombie } from '../cell/actions.ts';
import { countMarks, inBackoff } from '../cell/moments.ts';
import { someoneNotReady, targetIsAway } from '../cell/readiness.ts';
import { until } from '../cell/until.ts';
import type { Scenario } from '../scenario.ts';

/**
 * SIGSTOP beyond the session while events wait for a target that is away; it comes back meanwhile, and others handle what
 * waits. As the process goes on, its next probe is due, and none of what waits is its own any more.
 */
export const scenario: Scenario = {
  name: 'zombie-before-gate',
  forwards: true,
  recordsPerSec: 150,
  rounds: 3,
  moments: ['load', 'rebalance'],
  async inject(cell, random) {
    const away = cell.times.away('target');
    cell.target?.answerWith(() => ({ status: 503 }));
    if ((await someoneNotReady(cell, 30_000, targetIsAway)) === null)
      cell.complaints.push('nobody said of the target that it was away');
    const zombie = random.pick(cell.running());
    if (await until(() => inBackoff(zombie) > 0, 30_000)) cell.did('waits for the target');
    await makeZombie(cell, zombie, async () => {
      await away.back(() => cell.target?.answerWith(() => ({ status: 204 })));
      const before = countMarks(cell, 'H');
      if (await until(() => countMarks(cell, 'H') > before, 30_000)) cell.did('others go on');
    });
  },
  happened: (tally) =>
    tally.of('waits for the target') > 0 && tally.of('takeover') > 0 && tally.of('others go on') > 0,
};
