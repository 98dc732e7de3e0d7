import { lastToFail } from '../cell/moments.ts';
import type { Scenario } from '../scenario.ts';

/** SIGTERM while keys wait for their next attempt: what others settled above them goes with the commit. */
export const scenario: Scenario = {
  name: 'terminate-in-backoff',
  ci: true,
  forwards: true,
  recordsPerSec: 150,
  // Long enough for an attempt to be left when the target has healed.
  env: { MAX_RETRIES: '100', RETRY_BACKOFF_SEC: '1', RETRY_BACKOFF_MAX_SEC: '3' },
  moments: ['backoff'],
  async inject(cell) {
    const victim = lastToFail(cell);
    if (victim === undefined) return;
    await cell.terminate(victim);
    cell.did('terminate');
  },
  async heal(cell) {
    cell.target?.answerWith(() => ({ status: 204 }));
  },
  happened: (tally) => tally.of('terminate') > 0,
};
