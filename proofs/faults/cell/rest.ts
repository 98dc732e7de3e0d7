import { nowUs } from '../preload/ledger-line.ts';
import type { Cell } from './cell.ts';
import { isCommittedToTheEnd } from './quiet.ts';
import { until } from './until.ts';

const REST_TIMEOUT_MS = 60_000;
/** In which each process takes at least one sample of itself. */
const REST_MS = 2_500;

/** Nothing is written, all is committed, and then nothing happens for a while: what is in memory is what stays there. */
export async function rest(cell: Cell): Promise<void> {
  cell.writer.pause();
  if (!(await until(() => isCommittedToTheEnd(cell), REST_TIMEOUT_MS)))
    return void cell.complaints.push(`the cell did not come to rest within ${REST_TIMEOUT_MS / 1_000} s`);
  const fromUs = nowUs();
  await until(() => nowUs() - fromUs > REST_MS * 1e3, 2 * REST_MS);
  cell.times.rested(fromUs);
}
