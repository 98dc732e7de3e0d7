import { stepPlace } from '../checker/settling.ts';
import type { Mark } from '../preload/ledger-line.ts';
import type { Cell } from './cell.ts';
import type { ConsumerProcess } from './consumer-process.ts';
import { isCommittedToTheEnd } from './quiet.ts';
import { until } from './until.ts';

/** What goes on when a fault is put in. */
export type Moment = 'idle' | 'load' | 'rebalance' | 'backoff';

const MOMENT_TIMEOUT_MS = 40_000;

/** Brings the cell to the moment, and tells it so; complains where that can't be done in 40 s. */
export async function reach(cell: Cell, moment: Moment): Promise<void> {
  if (moment === 'idle') cell.writer.pause();
  else cell.writer.resume();
  if (await until(() => reached[moment](cell), MOMENT_TIMEOUT_MS)) cell.did(`moment: ${moment}`);
  else cell.complaints.push(`the cell did not come to the moment '${moment}'`);
}

const reached: Record<Moment, (cell: Cell) => Promise<boolean> | boolean> = {
  idle: isCommittedToTheEnd,
  load: ({ writer, ...cell }) => {
    const before = writer.written.length;
    return until(() => writer.written.length > before && cell.running().length > 0, 5_000);
  },
  backoff: (cell) => {
    // One event in fifty fails until the next round; for the others the target goes on.
    cell.target?.answerWith((eventId) => ({ status: /[05]7$/.test(eventId) ? 500 : 204 }));
    const before = countMarks(cell, 'F');
    return until(() => countMarks(cell, 'F') > before, 15_000);
  },
  rebalance: (cell) => {
    const before = countMarks(cell, 'R');
    cell.start();
    return until(() => countMarks(cell, 'R') > before, 15_000);
  },
};

/** Of the consumers that run the one whose handler failed last: at the moment 'backoff' it has something in backoff. */
export function lastToFail(cell: Cell): ConsumerProcess | undefined {
  const failedUs = (one: ConsumerProcess) => one.steps().findLast(({ mark }) => mark === 'F')?.us ?? 0;
  return cell.running().toSorted((a, b) => failedUs(b) - failedUs(a))[0];
}

/** How many of its records wait for another try, by its ledger. */
export function inBackoff(consumer: ConsumerProcess): number {
  const waiting = new Set<string>();
  for (const step of consumer.steps()) {
    if (step.mark === 'F') waiting.add(stepPlace(step));
    // What it was assigned anew it begins anew.
    else if (step.mark === 'X' || step.mark === 'R') waiting.clear();
    else if (step.mark === 'B') waiting.delete(stepPlace(step));
  }
  return waiting.size;
}

/** How many lines with this mark there are in all ledgers. */
export const countMarks = (cell: Cell, mark: Mark): number =>
  cell.processes.reduce((sum, one) => sum + one.count(mark), 0);
