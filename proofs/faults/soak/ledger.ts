import { few } from '../checker/settling.ts';
import type { Numbers } from './numbers.ts';
import { mustEnd } from './plan.ts';

/** What those outside of the consumers know in the end. */
export interface SoakLedger {
  /** All records below this number were acknowledged to the writer. */
  readonly written: number;
  /** Those that the target has answered with 2xx. */
  readonly taken: Numbers;
  /** Those that the dead letter topic holds. */
  readonly letters: Numbers;
  /** Records in the input topics. */
  readonly logged: number;
  /** Of these, how many lie below what is committed. */
  readonly committed: number;
}

/** I1, I3, I6 and I10 for a run without a kill: each record ended once, as it must. In words, what is broken. */
export function ledgerProblems({ written, taken, letters, logged, committed }: SoakLedger): string[] {
  const lost: string[] = [];
  const repeated: string[] = [];
  const wrong: string[] = [];
  for (let number = 0; number < written; number += 1) {
    const letter = mustEnd(number) === 'letter';
    const times = letter ? letters.of(number) : taken.of(number);
    if (times === 0) lost.push(`record ${number} was not ${letter ? 'made a letter' : 'handled'}`);
    if (times > 1) repeated.push(`record ${number} was ${letter ? 'a letter' : 'handled'} ${times} times`);
    if ((letter ? taken : letters).of(number) > 0)
      wrong.push(`record ${number} was ${letter ? 'handled, and is to fail' : 'made a letter'}`);
  }
  return [
    ...few('I1', lost),
    ...few('I6', repeated),
    ...few('I10', wrong),
    ...(logged === written ? [] : [`the topics hold ${logged} records, and ${written} were written`]),
    ...(committed === logged ? [] : [`I3: ${committed} of ${logged} records are committed`]),
  ];
}
