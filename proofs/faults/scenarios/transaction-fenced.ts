import { terminateOne } from '../cell/actions.ts';
import { isCommittedToTheEnd } from '../cell/quiet.ts';
import { createTransactions } from '../cell/transactions.ts';
import { until } from '../cell/until.ts';
import type { Scenario } from '../scenario.ts';

const REST_TIMEOUT_MS = 60_000;

/**
 * A producer has a transaction open as another comes with its transactional id: what the first has written is aborted,
 * stands between what is committed and at the end of the logs, and nobody handles it.
 */
export const scenario: Scenario = {
  name: 'transaction-fenced',
  recordsPerSec: 300,
  rounds: 3,
  moments: ['load', 'idle', 'rebalance'],
  async inject(cell, random) {
    const id = `${cell.name}-fenced-${cell.tally.of('fenced')}`;
    const fenced = await createTransactions(cell, random, { transactionalId: id });
    const successor = await createTransactions(cell, random, { transactionalId: id });
    const first = fenced.write(random.whole(1, 100), true, async () => {
      if (random.next() < 0.5) await terminateOne(cell, random);
      await successor.write(random.whole(1, 20), true);
      cell.writer.pause();
    });
    const failed = await first.then(
      () => false,
      () => true,
    );
    if (failed) cell.did('fenced');
    else cell.complaints.push('a fenced producer has committed');
    await fenced.end();
    await successor.end();
    if (!(await until(() => isCommittedToTheEnd(cell), REST_TIMEOUT_MS)))
      cell.complaints.push(
        'a log with an aborted transaction of a fenced producer was not committed to its end',
      );
  },
  happened: (tally) => tally.of('fenced') > 0,
};
