import { setTimeout as pause } from 'node:timers/promises';
import { terminateOne } from '../cell/actions.ts';
import { isCommittedToTheEnd } from '../cell/quiet.ts';
import { createTransactions } from '../cell/transactions.ts';
import { until } from '../cell/until.ts';
import type { Scenario } from '../scenario.ts';

/** A transaction is open while others write and a member leaves; in the end nothing stands behind one that is aborted. */
export const scenario: Scenario = {
  name: 'transaction-open',
  rounds: 3,
  poisonRatio: 0.1,
  moments: ['load', 'rebalance'],
  async inject(cell, random) {
    const transactions = await createTransactions(cell, random);
    const commits = random.next() < 0.5;
    await transactions.write(random.whole(1, 100), commits, async () => {
      await pause(random.whole(0, 2_000));
      await terminateOne(cell, random);
    });
    cell.did(commits ? 'committed later' : 'aborted later');
    cell.writer.pause();
    await transactions.write(5, false);
    await transactions.end();
    if (await until(() => isCommittedToTheEnd(cell), 60_000)) cell.did('passed an aborted end');
    else cell.complaints.push('a log that ends with what was aborted was not committed to its end');
  },
  happened: (tally) => tally.of('passed an aborted end') > 0,
};
