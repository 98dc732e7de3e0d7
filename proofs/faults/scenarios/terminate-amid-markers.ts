import { createTransactions } from '../cell/transactions.ts';
import { until } from '../cell/until.ts';
import type { Scenario } from '../scenario.ts';

const SLOW_MS = 1_500;
const WAITING_RECORDS = 200;
const ABORTED_RECORDS = 20;
const WAITS_TIMEOUT_MS = 20_000;
const STOPPING_TIMEOUT_MS = 5_000;

/**
 * SIGTERM while few handlers run and much waits behind them, and then an answer without any record: a transaction is
 * aborted. It moves the end of what was read, not of what was settled: what waited comes again.
 */
export const scenario: Scenario = {
  name: 'terminate-amid-markers',
  forwards: true,
  recordsPerSec: 200,
  rounds: 5,
  env: { MAX_CONCURRENCY: '4' },
  moments: ['load', 'rebalance'],
  async inject(cell, random) {
    const transactions = await createTransactions(cell, random);
    cell.target?.answerWith(() => ({ status: 204, delayMs: SLOW_MS }));
    const enough = cell.writer.written.length + WAITING_RECORDS;
    await until(() => cell.writer.written.length >= enough, WAITS_TIMEOUT_MS);
    cell.writer.pause();
    const victim = random.pick(cell.running());
    let ended: Promise<void> = Promise.resolve();
    await transactions.write(ABORTED_RECORDS, false, async () => {
      ended = cell.terminate(victim);
      const isStopping = () => victim.output().includes('"msg":"stopping"');
      if (await until(isStopping, STOPPING_TIMEOUT_MS)) cell.did('terminate');
    });
    if (victim.running()) cell.did('aborted while it drains');
    await ended;
    await transactions.end();
  },
  async heal(cell) {
    cell.target?.answerWith(() => ({ status: 204 }));
  },
  // A stock client is not told of a log in which there are markers alone, and it has to read all in the end.
  async conclude(cell, random) {
    const transactions = await createTransactions(cell, random);
    await transactions.write(60, true);
    await transactions.end();
  },
  happened: (tally) => tally.of('aborted while it drains') > 0,
};
