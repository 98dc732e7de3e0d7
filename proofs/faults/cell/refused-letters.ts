import { setTimeout as pause } from 'node:timers/promises';
import type { Cell } from './cell.ts';
import { countMarks } from './moments.ts';
import type { Random } from './random.ts';
import { isHeld, someoneNotReady } from './readiness.ts';

/** No letter is taken from here on: somebody must say so, and none may count as written. */
export async function expectHeldLetters(cell: Cell, random: Random): Promise<void> {
  const said = await someoneNotReady(cell, 30_000, isHeld);
  if (said === null)
    cell.complaints.push('no 503 of /readyz named a held partition while no letter could be written');
  else cell.did('held');
  const before = countMarks(cell, 'W');
  await pause(random.whole(500, 3_000));
  const counted = countMarks(cell, 'W') - before;
  if (counted > 0) cell.complaints.push(`${counted} letters count as written that the broker refuses`);
}
