import { expect, test } from 'vitest';
import { lettersArePoison } from './letters-are-poison.ts';
import { evidence, letter, life } from './made-up.ts';

const said = (...lives: ReturnType<typeof life>[]) => lettersArePoison(evidence({ lives }));

// The bound of the first wait is in milliseconds, half the base.
const early = 'F 8900 t 0 0 0';

test('an attempt that comes too early is told, whether its partition is given to its owner again or not', () => {
  const other = life('c2', 'P 1 t/1\n R 8850 t/1\n P 8902 t/1');
  expect(said(life('c1', `P 1 t/0\n ${early}\n B 8905 t 0 0`), other)).toHaveLength(1);
  expect(said(life('c1', `P 1 t/0\n ${early}\n R 8901 t/0\n P 8902 t/0\n B 8905 t 0 0`), other)).toHaveLength(
    1,
  );
  expect(said(life('c1', `P 1 t/0\n ${early}\n X 8901 t/0\n P 8902 t/0\n B 8905 t 0 0`), other)).toHaveLength(
    1,
  );
});

test('who has a partition back that another one had begins its records anew', () => {
  const back = life('c1', `P 1 t/0\n ${early}\n X 8901 t/0\n P 8903 t/0\n B 8905 t 0 0`);
  expect(said(back, life('c2', 'P 8902 t/0\n R 8903 t/0'))).toEqual([]);
  // It was stopped: what failed is seen when it goes on, behind the takeover.
  expect(said(back, life('c2', 'P 8899 t/0\n R 8903 t/0'))).toEqual([]);
});

test('who had the partition before or behind it explains nothing', () => {
  const own = `P 10 t/0\n ${early}\n B 8905 t 0 0`;
  expect(said(life('c1', own), life('c2', 'P 1 t/0\n R 5 t/0'))).toHaveLength(1);
  expect(said(life('c1', own), life('c2', 'P 8906 t/0'))).toHaveLength(1);
});

test('a letter for want of success comes after all attempts, and after no more', () => {
  const after = (attempts: number) => {
    const value = Buffer.from(
      JSON.stringify({ topic: 't', partition: 0, offset: 1, code: 'RETRIES_EXHAUSTED', attempts }),
    );
    return lettersArePoison(evidence({ letters: [{ ...letter(1), value }] }));
  };
  expect([1, 2, 3].map((attempts) => after(attempts).length)).toEqual([1, 0, 1]);
});
