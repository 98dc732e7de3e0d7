import { rest } from '../cell/rest.ts';
import { until } from '../cell/until.ts';
import type { Scenario } from '../scenario.ts';

const BURST_RECORDS = 10_000;
/** So many that there are three in a row before or behind the moment at which the engine lets memory of its own go. */
const RESTS = 5;
const BURST_TIMEOUT_MS = 60_000;

/** Bursts of records, each with a key of its own and most of them poison, with rests in between: nothing may stay behind. */
export const scenario: Scenario = {
  name: 'soak',
  consumers: 1,
  recordsPerSec: 3_000,
  poisonRatio: 0.9,
  keys: Infinity,
  env: { LEDGER_HEAP: '1' },
  // The ledgers of more are too large to be checked; `--soak` is for hours.
  rounds: 6,
  moments: ['load', 'idle'],
  async inject(cell) {
    for (let bursts = RESTS; bursts > 0; bursts -= 1) {
      cell.writer.resume();
      const enough = cell.writer.written.length + BURST_RECORDS;
      await until(() => cell.writer.written.length >= enough, BURST_TIMEOUT_MS);
      await rest(cell);
      cell.did('rest');
    }
  },
  happened: (tally) => tally.of('rest') > 1,
};
