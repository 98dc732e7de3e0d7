import { makeZombie } from '../cell/actions.ts';
import { inBackoff, lastToFail } from '../cell/moments.ts';
import { scenario as terminate } from './terminate-in-backoff.ts';
import type { Scenario } from '../scenario.ts';

/** SIGSTOP beyond the session while keys wait for their next attempt: as it goes on, those are due, and no longer its own. */
export const scenario: Scenario = {
  ...terminate,
  name: 'zombie-in-backoff',
  ci: false,
  rounds: 3,
  async inject(cell) {
    const zombie = lastToFail(cell);
    if (zombie === undefined) return;
    await makeZombie(cell, zombie, () => {
      if (inBackoff(zombie) > 0) cell.did('stopped in backoff');
    });
  },
  happened: (tally) => tally.of('stopped in backoff') > 0 && tally.of('takeover') > 0,
};
