import { lastToFail } from '../cell/moments.ts';
import { scenario as terminate } from './terminate-in-backoff.ts';
import type { Scenario } from '../scenario.ts';

/** kill -9 while keys wait for their next attempt, with ranges in what is committed. */
export const scenario: Scenario = {
  ...terminate,
  name: 'kill-in-backoff',
  ci: false,
  async inject(cell) {
    const victim = lastToFail(cell);
    if (victim === undefined) return;
    await victim.kill();
    cell.did('kill');
  },
  happened: (tally) => tally.of('kill') > 0,
};
