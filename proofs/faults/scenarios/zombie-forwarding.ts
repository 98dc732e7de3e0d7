import { makeZombie } from '../cell/actions.ts';
import { nextTurn } from '../cell/until.ts';
import type { Scenario } from '../scenario.ts';

/** SIGSTOP beyond the session with records that wait behind a slow target: awake again, it begins none of them. */
export const scenario: Scenario = {
  name: 'zombie-forwarding',
  forwards: true,
  recordsPerSec: 400,
  rounds: 3,
  moments: ['load'],
  async inject(cell, random) {
    cell.target?.answerWith(() => ({ status: 204, delayMs: 300 }));
    // Until lanes have more than what is under way.
    for (let turns = 50; turns > 0; turns -= 1) await nextTurn();
    await makeZombie(cell, random.pick(cell.running()));
  },
  async heal(cell) {
    cell.target?.answerWith(() => ({ status: 204 }));
  },
  happened: (tally) => tally.of('zombie') > 0 && tally.of('takeover') > 0,
};
