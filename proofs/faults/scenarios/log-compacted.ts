import { setTimeout as pause } from 'node:timers/promises';
import type { Cell } from '../cell/cell.ts';
import {
  busyCleaner,
  cleanerTook,
  compact,
  firstOffsets,
  keepAll,
  SEGMENT_MS,
  withKey,
} from '../cell/compaction.ts';
import { isCommittedToTheEnd } from '../cell/quiet.ts';
import type { Random } from '../cell/random.ts';
import { stopAll } from '../cell/stop-all.ts';
import { createTransactions } from '../cell/transactions.ts';
import { until } from '../cell/until.ts';
import type { Scenario } from '../scenario.ts';

const CLEANER_TIMEOUT_MS = 60_000;
const WRITE_TIMEOUT_MS = 30_000;

/** Records come, and then the cleaner takes of those that nobody has read yet. */
async function compactAhead(cell: Cell): Promise<void> {
  await compact(cell);
  cell.writer.resume();
  const sinceMs = Date.now();
  const enough = cell.writer.placed.length + 500;
  await until(() => cell.writer.placed.length >= enough, WRITE_TIMEOUT_MS);
  const before = await firstOffsets(cell, sinceMs);
  if (!(await cleanerTook(cell, sinceMs, before, CLEANER_TIMEOUT_MS)))
    return void cell.complaints.push('the cleaner took nothing');
  const committed = await cell.watch.look();
  const first = await firstOffsets(cell, sinceMs);
  const isAhead = ([name, offset]: [string, number]) =>
    offset > (before.get(name) ?? Infinity) && offset > (committed.get(name) ?? 0);
  if ([...first].some(isAhead)) cell.did('holes ahead');
}

/** What stands behind the position is aborted, and the cleaner takes it: nothing but markers is left of the tail. */
async function compactTail(cell: Cell, random: Random): Promise<void> {
  await stopAll(cell);
  await compact(cell);
  cell.writer.pause();
  const sinceMs = Date.now();
  const transactions = await createTransactions(cell, random, { shape: withKey });
  await transactions.write(20, false);
  const before = await firstOffsets(cell, sinceMs);
  // What comes a segment's time later closes the segment before.
  for (let segments = 2; segments > 0; segments -= 1) {
    await pause(SEGMENT_MS + 100);
    await transactions.write(20, false);
  }
  await transactions.end();
  if (!(await cleanerTook(cell, sinceMs, before, CLEANER_TIMEOUT_MS)))
    return void cell.complaints.push('the cleaner took nothing of the tail');
  cell.did('tail compacted');
  await cell.refill();
  if (await until(() => isCommittedToTheEnd(cell), CLEANER_TIMEOUT_MS)) cell.did('passed a compacted tail');
  else cell.complaints.push('a log whose tail was compacted away was not committed to its end');
}

const compacted = {
  ownBrokers: true,
  brokerProperties: busyCleaner,
  shape: withKey,
  rounds: 3,
  // A stock client does not get over a log whose last records are gone, and it has to read all in the end.
  async conclude(cell: Cell, random: Random): Promise<void> {
    await keepAll(cell);
    const transactions = await createTransactions(cell, random, { shape: withKey });
    await transactions.write(60, true);
    await transactions.end();
  },
};

/** Logs are compacted: before the records are read, as they are read, and at the very end. */
export const scenarios: readonly Scenario[] = [
  {
    ...compacted,
    name: 'log-compacted-lagging',
    poisonRatio: 0.1,
    moments: ['load', 'idle'],
    async inject(cell) {
      await stopAll(cell);
      await compactAhead(cell);
    },
    happened: (tally) => tally.of('holes ahead') > 0,
  },
  {
    ...compacted,
    name: 'log-compacted-reading',
    forwards: true,
    recordsPerSec: 300,
    moments: ['load', 'rebalance'],
    async inject(cell) {
      cell.target?.answerWith(() => ({ status: 204, delayMs: 1_000 }));
      await compactAhead(cell);
    },
    async heal(cell) {
      cell.target?.answerWith(() => ({ status: 204 }));
    },
    happened: (tally) => tally.of('holes ahead') > 0,
  },
  {
    ...compacted,
    name: 'log-compacted-tail',
    poisonRatio: 0.1,
    recordsPerSec: 300,
    moments: ['load', 'idle', 'rebalance'],
    inject: compactTail,
    happened: (tally) => tally.of('tail compacted') > 0 && tally.of('passed a compacted tail') > 0,
  },
];
