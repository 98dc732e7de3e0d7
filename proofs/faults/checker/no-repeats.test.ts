import { expect, test } from 'vitest';
import { evidence, handled, letter, life, log } from './made-up.ts';
import { noRepeats, repeats } from './no-repeats.ts';
import { oneOwner } from './one-owner.ts';

const again = life('c2', handled(9_000, 0));
const holds = (...lives: ReturnType<typeof life>[]) => noRepeats(evidence({ log: log(1), lives }));

test('a repeat after a kill is expected, where the record was not committed', () => {
  const killed = { killedUs: 5_000_000 };
  expect(holds(life('c1', handled(1, 0), killed), again)).toEqual([]);
  const unanswered = `${handled(1, 0)}\n C 2 t/0:1:`;
  expect(holds(life('c1', unanswered, killed), again)).toEqual([]);
  const committed = `${unanswered}\n A 3 acknowledged t/0:1:`;
  expect(holds(life('c1', committed, killed), again)).toHaveLength(1);
  const inRange = `${handled(1, 0)}\n C 2 t/0:0:settled-v1:AAA=\n A 3 acknowledged t/0:0:settled-v1:AAA=`;
  expect(holds(life('c1', inRange, killed), again)).toHaveLength(1);
});

test('a kill of another one, or after the repeat, explains nothing', () => {
  expect(holds(life('c1', handled(1, 0), { killedUs: 9_999_000 }), again)).toHaveLength(1);
  expect(
    holds(life('c1', handled(1, 0)), life('c2', handled(9_000, 0), { killedUs: 5_000_000 })),
  ).toHaveLength(1);
});

test('a stop beyond the session explains a repeat, a short one does not', () => {
  const stop = (ms: number) => ({ stops: [{ fromUs: 2_000, toUs: 2_000 + ms * 1e3 }] });
  expect(holds(life('c1', handled(1, 0), stop(6_500)), again)).toEqual([]);
  expect(holds(life('c1', handled(1, 0), stop(1_000)), again)).toHaveLength(1);
});

test('who was cut off, came back and committed the record before another one was given it, has committed it', () => {
  const stops = [{ fromUs: 2_000, toUs: 7_000_000 }];
  const first = life('c1', `${handled(1, 0)}\n C 7100 t/0:1:\n A 7101 acknowledged t/0:1:`, { stops });
  const givenAt = (ms: number) => life('c2', `P ${ms} t/0\n B 8990 t 0 0\n ${handled(9_000, 0)}`);
  expect(holds(first, givenAt(8_000))).toHaveLength(1);
  expect(holds(first, givenAt(7_050))).toEqual([]);
});

test('a handler that was stopped half-way may end after a new owner has done its record', () => {
  const stops = [{ fromUs: 2_000, toUs: 8_900_000 }];
  const before = life('c2', `B 1 t 0 0\n ${handled(9_000, 0)}`, { stops });
  const after = life('c2', `N 8920 t 0 1\n B 8950 t 0 0\n ${handled(9_000, 0)}`, { stops });
  expect(holds(life('c1', handled(7_000, 0)), before)).toEqual([]);
  expect(holds(life('c1', handled(7_000, 0)), after)).toHaveLength(1);
});

test('what had its lease as it was stopped may be written down as begun when it goes on, and nothing behind it', () => {
  const stops = [{ fromUs: 2_000, toUs: 8_900_000 }];
  const oneOfTwo = `P 0 t/0\n H 1 t 0 7 x\n B 8950 t 0 0\n ${handled(9_000, 0)}`;
  const other = life('c1', `P 6990 t/0\n B 6995 t 0 0\n ${handled(7_000, 0)}`);
  const both = (two: ReturnType<typeof life>) => {
    const all = evidence({ log: log(1), lives: [other, two] });
    return [noRepeats(all).length, oneOwner(all).length];
  };
  expect(both(life('c2', oneOfTwo, { stops }))).toEqual([0, 0]);
  expect(both(life('c2', oneOfTwo.replace('8950', '9150'), { stops }))).toEqual([1, 1]);
  expect(both(life('c2', oneOfTwo.replace('H 1 ', 'H 8920 '), { stops }))).toEqual([1, 1]);
  expect(both(life('c2', oneOfTwo, { stops: stops.map((stop) => ({ ...stop, isCut: true })) }))).toEqual([
    1, 1,
  ]);
});

test('a letter may stand twice where it was sent twice, the first time without an answer', () => {
  const lives = [life('c1', `L 1 t 0 0\n L 2 t 0 0\n W 3 t 0 0`)];
  const letters = [letter(0), letter(0)];
  expect(noRepeats(evidence({ lives, letters }))).toEqual([]);
  expect(noRepeats(evidence({ lives: [life('c1', `L 1 t 0 0\n W 3 t 0 0`)], letters }))).toHaveLength(1);
});

test('repeats are counted', () => {
  expect(repeats(evidence({ lives: [life('c1', handled(1, 0)), again] }))).toBe(1);
});
