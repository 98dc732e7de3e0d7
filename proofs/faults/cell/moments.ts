import type { Cell } from './cell.ts';
import { isCommittedToTheEnd } from './quiet.ts';
import { until } from './until.ts';

/** What goes on when a fault is put in. */
export type Moment = 'idle' | 'load' | 'rebalance';

const MOMENT_TIMEOUT_MS = 40_000;

/** Brings the cell to the moment; complains where that can't be done in 40 s. */
export async function reach(cell: Cell, moment: Moment): Promise<void> {
  if (moment === 'idle') cell.writer.pause();
  else cell.writer.resume();
  if (!(await until(() => reached[moment](cell), MOMENT_TIMEOUT_MS)))
    cell.complaints.push(`the cell did not come to the moment '${moment}'`);
}

const reached: Record<Moment, (cell: Cell) => Promise<boolean> | boolean> = {
  idle: isCommittedToTheEnd,
  load: ({ writer, ...cell }) => {
    const before = writer.written.length;
    return until(() => writer.written.length > before && cell.running().length > 0, 5_000);
  },
  rebalance: (cell) => {
    const count = () => cell.running().reduce((sum, one) => sum + one.ledger().split('\nR\t').length, 0);
    const before = count();
    cell.start();
    return until(() => count() > before, 15_000);
  },
};
