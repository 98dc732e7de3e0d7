import { expect, test } from 'vitest';
import type { Life } from './evidence.ts';
import { linesBeforeCommits } from './lines-before-commits.ts';
import { evidence, handled, life } from './made-up.ts';

const lines = (count: number) => new Map([['t/0@0', count]]);
const steps = `${handled(1, 0)}\n C 2 t/0:1:`;
const said = (given: Partial<Life>, ledger = steps) =>
  linesBeforeCommits(evidence({ lives: [life('c1', ledger, given)] }));

test('what was handled stands as one line each time', () => {
  const handledTwice = `${handled(1, 0)}\n P 2 t/0\n ${handled(3, 0)}`;
  expect([0, 1, 2].map((count) => said({ metrics: '', handledLines: lines(count) }).length)).toEqual([
    1, 0, 1,
  ]);
  expect(
    [1, 2, 3].map((count) => said({ metrics: '', handledLines: lines(count) }, handledTwice).length),
  ).toEqual([1, 0, 1]);
});

test('a line of what was never handled is one too many', () => {
  const handledLines = new Map([...lines(1), ['t/0@7', 1]]);
  expect(said({ metrics: '', handledLines })).toEqual([
    'I12: c1 handled t/0@7 0 times, and its output has 1 lines of it',
  ]);
});

test('where the ledger is not whole, lines may stand that it knows nothing of', () => {
  expect(said({ handledLines: lines(2) })).toEqual([]);
});

test('what a kill left uncommitted may have no line', () => {
  expect(said({ killedUs: 9, handledLines: new Map() }, handled(1, 0))).toEqual([]);
  expect(said({ killedUs: 9, handledLines: new Map() })).toHaveLength(1);
});
