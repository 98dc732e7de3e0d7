import { countMarks } from '../cell/moments.ts';
import { nextTurn, until } from '../cell/until.ts';
import type { Scenario } from '../scenario.ts';

const JOIN_TIMEOUT_MS = 40_000;

/** Members come and leave while events are under way to a slow target: what has begun ends with who began it. */
export const scenario: Scenario = {
  name: 'rebalance-forwarding',
  consumers: 2,
  forwards: true,
  recordsPerSec: 150,
  rounds: 4,
  moments: ['load', 'load', 'rebalance'],
  async inject(cell, random) {
    cell.target?.answerWith(() => ({ status: 204, delayMs: 500 }));
    // Until that goes for all that is under way.
    for (let turns = 40; turns > 0; turns -= 1) await nextTurn();
    const before = countMarks(cell, 'R');
    const joined = cell.start();
    const owns = () => countMarks(cell, 'R') > before && /\nB\t/.test(joined.ledger());
    if (await until(owns, JOIN_TIMEOUT_MS)) cell.did('join');
    await cell.terminate(random.pick(cell.running()));
    cell.did('terminate');
  },
  async heal(cell) {
    cell.target?.answerWith(() => ({ status: 204 }));
  },
  happened: (tally) => tally.of('join') > 0 && tally.of('terminate') > 0,
};
