import { expect, test } from 'vitest';
import { growthProblems, thirdsOf, type Look } from './thirds.ts';

const usual = { rssMib: 150, openFiles: 40, timers: 12, handles: 30, heapMib: 50, externalMib: 8 };

/** Looks at these three thirds of a time, each at three moments around the given values. */
const looks = (...thirds: readonly Partial<Look>[]): Look[] =>
  thirds.flatMap((third, at) =>
    [0, 1, 2].map((moment) => ({ ...usual, ...third, atMs: (3 * at + moment) * 10_000 })),
  );

test('the mean of each third of the time is taken', () => {
  const [first, second, third] = [{ rssMib: 100 }, { rssMib: 200 }, { rssMib: 300 }];
  expect(thirdsOf(looks(first, second, third), 'rssMib')).toEqual([100, 200, 300]);
  expect(thirdsOf([{ ...usual, atMs: 0 }], 'rssMib')).toBeNull();
});

test('what stays as it is, and memory that comes back, is no growth', () => {
  expect(growthProblems('c1', looks({}, {}, {}))).toEqual([]);
  expect(growthProblems('c1', looks({ rssMib: 200 }, { rssMib: 220 }, { rssMib: 150 }))).toEqual([]);
  expect(growthProblems('c1', looks({}, { rssMib: 155 }, { rssMib: 159, openFiles: 44 }))).toEqual([]);
});

test('memory that grows is found, and files and timers that are more or fewer', () => {
  const found = [{ rssMib: 161 }, { openFiles: 46 }, { timers: 18 }, { timers: 6 }];
  expect(found.map((last) => growthProblems('c1', looks({}, {}, last)))).toEqual([
    ['I13: c1: rssMib 150.0 → 150.0 → 161.0, more than 10 above the first third'],
    ['I13: c1: openFiles 40.0 → 40.0 → 46.0, more than 5 apart'],
    ['I13: c1: timers 12.0 → 12.0 → 18.0, more than 5 apart'],
    ['I13: c1: timers 12.0 → 12.0 → 6.0, more than 5 apart'],
  ]);
});

test('a third without a look proves nothing', () => {
  const gone = looks({}, {}).concat([{ ...usual, atMs: 500_000 }]);
  expect(growthProblems('c1', gone)[0]).toBe('I13: c1 was not looked at in each third of the time');
});

test('a moment in which the machine had too much to do is no growth of timers, and one of memory counts', () => {
  const busy = looks({}, {}, {});
  busy[0] = { ...usual, atMs: 0, timers: 138, rssMib: 240 };
  expect(growthProblems('c1', busy)).toEqual([]);
  expect(thirdsOf(busy, 'timers')?.[0]).toBe(12);
  expect(thirdsOf(busy, 'rssMib')?.[0]).toBe(180);
});
