import { makeZombie } from '../cell/actions.ts';
import type { Cell } from '../cell/cell.ts';
import type { ConsumerProcess } from '../cell/consumer-process.ts';
import { apis, proxyOf } from '../cell/network-faults.ts';
import { nextTurn, until } from '../cell/until.ts';
import type { Scenario } from '../scenario.ts';

const SENT_TIMEOUT_MS = 30_000;
/** Turns in which letters gather behind those that have no answer yet; before that holds their partitions. */
const GATHER_TURNS = 40;
const GO_ON_TIMEOUT_MS = 30_000;

/**
 * SIGSTOP beyond the session while letters are under way and more wait behind them. The answer to the first is there as the
 * process goes on, and the others could be sent at once; but their records are others' by then, who have begun them.
 */
export const scenario: Scenario = {
  name: 'zombie-with-letters',
  proxied: true,
  poisonRatio: 0.3,
  rounds: 3,
  moments: ['load', 'rebalance'],
  async inject(cell, random) {
    const proxy = proxyOf(cell);
    const zombie = random.pick(cell.running());
    const { promise: answered, resolve: answer } = Promise.withResolvers<'pass'>();
    let held = 0;
    proxy.judge = (apiKey, _frame, { lane }) => {
      if (apiKey !== apis.produce || lane !== zombie.lane) return 'pass';
      held += 1;
      return answered;
    };
    if (!(await until(() => held > 0, SENT_TIMEOUT_MS))) {
      proxy.judge = () => 'pass';
      return;
    }
    for (let turns = GATHER_TURNS; turns > 0; turns -= 1) await nextTurn();
    const missed = zombie.count('N');
    await makeZombie(cell, zombie, async () => {
      if (await othersBegin(cell, zombie)) cell.did('others go on');
      answer('pass');
      proxy.judge = () => 'pass';
      await nextTurn();
    });
    if (await until(() => zombie.count('N') > missed, GO_ON_TIMEOUT_MS)) cell.did('letters without a lease');
  },
  happened: (tally) =>
    tally.of('takeover') > 0 && tally.of('others go on') > 0 && tally.of('letters without a lease') > 0,
};

/** They have begun a good part of what the zombie had. */
function othersBegin(cell: Cell, zombie: ConsumerProcess): Promise<boolean> {
  const letters = () =>
    cell
      .running()
      .filter((one) => one !== zombie)
      .reduce((sum, one) => sum + one.count('L'), 0);
  const before = letters();
  return until(() => letters() >= before + 100, GO_ON_TIMEOUT_MS);
}
