import { expect, test } from 'vitest';
import { readArguments, usage } from './arguments.ts';

test('without arguments: ten minutes of all scenarios, three cells side by side, a seed of its own', () => {
  const { seed, ...others } = readArguments([]);
  expect(seed).toBeGreaterThanOrEqual(0);
  expect(others).toEqual({
    minutes: 10,
    only: [],
    list: false,
    ci: false,
    mutant: null,
    mutants: false,
    soakMinutes: null,
    cells: 3,
  });
});

test.each([
  [['--minutes', '0.5', '--seed', '7', '--cells', '4'], { minutes: 0.5, seed: 7, cells: 4 }],
  [['--only', 'kill,zombie', '--only', 'mixed'], { only: ['kill', 'zombie', 'mixed'] }],
  [['--ci'], { ci: true, minutes: 3.5 }],
  [['--ci', '--minutes', '1'], { ci: true, minutes: 1 }],
  [['--mutant', 'no-lease'], { mutant: 'no-lease', mutants: false }],
  [['--mutants'], { mutants: true }],
  [['--soak', '30'], { soakMinutes: 30 }],
  [['--list'], { list: true }],
])('%j', (args, meant) => {
  expect(readArguments(args)).toMatchObject(meant);
});

test.each([
  ['--minutes', '-1', "--minutes takes a number, not '-1'"],
  ['--seed', '', "--seed takes a number, not ''"],
  ['--soak', 'long', "--soak takes a number, not 'long'"],
  ['--cells', '0', "--cells takes a whole number from 1 on, not '0'"],
  ['--cells', '2.5', "--cells takes a whole number from 1 on, not '2.5'"],
])('%s %j is refused', (option, value, sentence) => {
  expect(() => readArguments([`${option}=${value}`])).toThrow(sentence);
});

test('what it does not know is refused, and all that it knows stands in its usage', () => {
  expect(() => readArguments(['--nonesuch'])).toThrow('--nonesuch');
  for (const option of ['minutes', 'seed', 'only', 'list', 'cells', 'ci', 'mutants', 'mutant', 'soak']) {
    expect(usage).toContain(`--${option} `);
  }
});
