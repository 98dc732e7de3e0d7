import { createTransactions } from '../cell/transactions.ts';
import type { Scenario } from '../scenario.ts';

/** Transactions, committed and aborted, also at the very end of the logs; and a kill or a stop while they come. */
export const scenario: Scenario = {
  name: 'transactions',
  rounds: 4,
  recordsPerSec: 300,
  moments: ['load', 'idle'],
  async inject(cell, random) {
    const transactions = await createTransactions(cell, random);
    for (let left = 6; left > 0; left -= 1) {
      const commits = random.next() < 0.5;
      await transactions.write(random.whole(1, 20), commits);
      cell.did(commits ? 'transaction committed' : 'transaction aborted');
    }
    await transactions.end();
    const victim = random.pick(cell.running());
    const kills = random.next() < 0.5;
    await (kills ? victim.kill() : cell.terminate(victim));
    cell.did(kills ? 'kill' : 'terminate');
  },
  async conclude(cell, random) {
    // Behind them lie control records only, which no record reaches over.
    const transactions = await createTransactions(cell, random);
    await transactions.write(20, true);
    await transactions.write(20, false);
    await transactions.end();
  },
  happened: (tally) => tally.of('transaction committed') > 0 && tally.of('transaction aborted') > 0,
};
