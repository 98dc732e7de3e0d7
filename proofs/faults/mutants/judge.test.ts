import { expect, test } from 'vitest';
import { blindInvariants, judge } from './judge.ts';
import type { Mutant } from './mutant.ts';
import { mutants } from './mutants.ts';

const mutant = { ...(mutants[0] as Mutant), breaks: ['I2', 'I10'] };
const result = (violations: string[], rounds = 1) => ({
  scenario: mutant.scenario,
  seed: 1,
  rounds,
  records: 1,
  letters: 0,
  tally: {},
  duplicates: 0,
  recoveriesMs: [],
  sessionMs: 6_000,
  violations,
  folder: null,
});

test('a mutant is caught by an invariant that it breaks, whatever else is broken', () => {
  expect(judge(mutant, result(['I10: a', 'I1: b', 'I10: 7 in all']), true)).toEqual({
    mutant,
    caughtBy: ['I1', 'I10'],
    verdict: 'caught',
  });
});

test.each([
  [['I1: it breaks another one'], true, 1, 'CAUGHT ELSEWHERE'],
  [['the fault did not happen in 1 rounds'], true, 1, 'LIVES'],
  [[], true, 1, 'LIVES'],
  [['I2: by something else'], false, 1, 'NEVER IN'],
  [['the cell could not be run: Error'], true, 0, 'NOT RUN'],
])('%j, in: %j, rounds: %j is no proof: %s', (violations, wasIn, rounds, verdict) => {
  expect(judge(mutant, result(violations, rounds), wasIn).verdict).toBe(verdict);
});

test('an invariant is blind where none of its own mutants was caught by it', () => {
  const other = { ...mutant, breaks: ['I1'] };
  const judgements = [judge(mutant, result(['I2: a', 'I1: b']), true)];
  expect(blindInvariants([mutant, other], judgements)).toEqual(['I10', 'I1']);
});
