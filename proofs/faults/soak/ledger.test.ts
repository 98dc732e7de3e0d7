import { expect, test } from 'vitest';
import { ledgerProblems } from './ledger.ts';
import { countNumbers } from './numbers.ts';
import { mustEnd } from './plan.ts';

const WRITTEN = 2_000;
const all = Array.from({ length: WRITTEN }, (_, number) => number);

function counted(numbers: readonly number[]) {
  const counts = countNumbers(new Uint8Array(10));
  for (const number of numbers) counts.add(number);
  return counts;
}

/** All ended as they must, but for these changes. */
function problems(more: { taken?: readonly number[]; letters?: readonly number[]; without?: number } = {}) {
  const { taken = [], letters = [], without } = more;
  const ended = (how: 'handled' | 'letter') => all.filter((one) => mustEnd(one) === how && one !== without);
  return ledgerProblems({
    written: WRITTEN,
    taken: counted([...ended('handled'), ...taken]),
    letters: counted([...ended('letter'), ...letters]),
    logged: WRITTEN,
    committed: WRITTEN,
  });
}

test('nothing is wrong where each record ended once, as it must', () => {
  expect(problems()).toEqual([]);
});

test('records that did not end, or not as they must, are found', () => {
  expect(problems({ without: 11 })).toEqual(['I1: record 11 was not handled']);
  expect(problems({ without: 107 })).toEqual(['I1: record 107 was not made a letter']);
  expect(problems({ letters: [11] })).toEqual(['I10: record 11 was made a letter']);
  expect(problems({ taken: [107] })).toEqual(['I10: record 107 was handled, and is to fail']);
});

test('records that ended twice are found', () => {
  expect(problems({ taken: [11] })).toEqual(['I6: record 11 was handled 2 times']);
  expect(problems({ letters: [107] })).toEqual(['I6: record 107 was a letter 2 times']);
});

test('what the topics hold and what is committed must be what was written', () => {
  const none = { taken: countNumbers(), letters: countNumbers() };
  expect(ledgerProblems({ ...none, written: 0, logged: 2, committed: 1 })).toEqual([
    'the topics hold 2 records, and 0 were written',
    'I3: 1 of 2 records are committed',
  ]);
});
