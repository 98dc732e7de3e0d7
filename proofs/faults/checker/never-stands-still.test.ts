import { expect, test } from 'vitest';
import { evidence, handled, life, log, written } from './made-up.ts';
import { neverStandsStill } from './never-stands-still.ts';

const calm = [{ fromUs: 0, toUs: 100e6 }];
const found = (ledger: string, given: object = {}) =>
  neverStandsStill(
    evidence({ written: written(2), log: log(2), calm, lives: [life('c1', ledger)], ...given }),
  ).length;

test('records that are settled one after another are no standstill', () => {
  expect(found(`${handled(20_000, 0)}\n ${handled(40_000, 1)}`)).toBe(0);
});

test('a partition that settles nothing for 25 s although something waits stands still', () => {
  expect(found(`${handled(1, 0)}\n ${handled(26_000, 1)}`)).toBe(1);
  expect(found(handled(1, 0))).toBe(1);
});

test('what is not there yet waits for nothing', () => {
  const later = written(2).map((record, at) => ({ ...record, us: at * 90e6 }));
  expect(found(`${handled(1, 0)}\n ${handled(91_000, 1)}`, { written: later })).toBe(0);
});

test('a time that is not calm does not count', () => {
  const short = [
    { fromUs: 0, toUs: 20e6 },
    { fromUs: 80e6, toUs: 100e6 },
  ];
  expect(found(`${handled(1, 0)}\n ${handled(99_000, 1)}`, { calm: short })).toBe(0);
});
