import { expect, test } from 'vitest';
import { readArguments } from './arguments.ts';
import { cases } from './cases.ts';

const namesOf = (...args: string[]) => readArguments(args).cases.map(({ name }) => name);

test('without arguments: the cases of ten minutes, five runs, no profiles', () => {
  expect(namesOf()).toEqual(cases.filter(({ onlyWithAll }) => onlyWithAll !== true).map(({ name }) => name));
  expect(readArguments([])).toMatchObject({ runs: 5, records: 800_000, profile: null });
});

test('--all has every case, --case those that it names', () => {
  expect(namesOf('--all')).toEqual(cases.map(({ name }) => name));
  expect(namesOf('--case', 'gzip', '--case', 'valid').toSorted()).toEqual(['gzip', 'valid']);
});

test('--runs, --records and --profile', () => {
  const args = ['--runs', '1', '--records', '1000', '--profile', 'folder'];
  expect(readArguments(args)).toMatchObject({ runs: 1, records: 1_000, profile: 'folder' });
});

test.each([
  ['--runs', '0', '--runs is 0, and must be a whole number ≥ 1.'],
  ['--records', '1.5', '--records is 1.5, and must be a whole number ≥ 1.'],
  ['--case', 'nonesuch', 'There is no case nonesuch'],
])('%s %s is refused', (option, value, sentence) => {
  expect(() => readArguments([option, value])).toThrow(sentence);
});
