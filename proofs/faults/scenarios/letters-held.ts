import { countMarks } from '../cell/moments.ts';
import { nextTurn } from '../cell/until.ts';
import type { Scenario } from '../scenario.ts';

const PRODUCE = 0;
const TURNS = 100;

/** The broker takes the letters, and its answers do not come: none of them may count as written. */
export const scenario: Scenario = {
  name: 'letters-held',
  proxied: true,
  poisonRatio: 0.2,
  rounds: 3,
  moments: ['load', 'rebalance'],
  async inject(cell) {
    const { proxy } = cell;
    if (proxy === null) throw new Error('the cell has no proxy');
    let held = 0;
    proxy.judge = (apiKey) => {
      if (apiKey !== PRODUCE) return 'pass';
      held += 1;
      return 'hold';
    };
    // What had its answer before may still be written down.
    for (let turns = TURNS / 2; turns > 0; turns -= 1) await nextTurn();
    const before = countMarks(cell, 'W');
    for (let turns = TURNS; turns > 0; turns -= 1) await nextTurn();
    const counted = countMarks(cell, 'W') - before;
    if (counted > 0) cell.complaints.push(`${counted} letters count as written that nobody has acknowledged`);
    if (held > 0) cell.did('answers held');
    proxy.judge = () => 'pass';
    proxy.cutAll();
  },
  happened: (tally) => tally.of('answers held') > 0,
};
