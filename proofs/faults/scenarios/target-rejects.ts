import { killOne, terminateOne } from '../cell/actions.ts';
import type { Cell } from '../cell/cell.ts';
import { countMarks } from '../cell/moments.ts';
import { until } from '../cell/until.ts';
import { stepPlace } from '../checker/settling.ts';
import type { Scenario } from '../scenario.ts';

/** The answers that are about the event itself, and final. */
const statuses = [400, 409, 413, 422, 402, 410, 418, 451] as const;
const LETTERS_TIMEOUT_MS = 30_000;

/** The target refuses some events for good: letters at the first answer, whatever ends meanwhile, and none for the others. */
export const scenario: Scenario = {
  name: 'target-rejects',
  forwards: true,
  fails: (eventId) => (/[05]3$/.test(eventId) ? (statuses[Number(eventId.at(-3)) % 8] ?? 422) : null),
  poisonRatio: 0,
  recordsPerSec: 300,
  moments: ['load', 'idle', 'rebalance'],
  async inject(cell, random) {
    cell.writer.resume();
    const before = countMarks(cell, 'W');
    if (await until(() => countMarks(cell, 'W') >= before + 10, LETTERS_TIMEOUT_MS)) cell.did('rejected');
    await random.pick([killOne, terminateOne])(cell, random);
    const again = triedAgain(cell);
    if (again > 0)
      cell.complaints.push(`${again} events were tried again although the target had rejected them`);
  },
  happened: (tally) => tally.of('rejected') > 0,
};

/** So many tries of one process followed on a failed one of the same record, while it had the partition all along. */
function triedAgain(cell: Cell): number {
  let again = 0;
  for (const { steps } of cell.processes.map((one) => one.life())) {
    const failed = new Set<string>();
    for (const step of steps) {
      if (step.mark === 'F') failed.add(stepPlace(step));
      else if (step.mark === 'R' || step.mark === 'X') failed.clear();
      else if (step.mark === 'B' && failed.has(stepPlace(step))) again += 1;
    }
  }
  return again;
}
