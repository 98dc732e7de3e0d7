import { expect, test } from 'vitest';
import { backoffMs, outageBackoffMs } from '../src/backoff.ts';

const lowest = (): number => 0;
const highest = (): number => 1 - Number.EPSILON;

test('the wait doubles with each retry and lies between half and whole of it', () => {
  for (const [n, wholeMs] of [2000, 4000, 8000, 16_000].entries()) {
    expect(backoffMs({ baseMs: 2000, maxMs: 30_000, n, random: lowest })).toBe(wholeMs / 2);
    expect(backoffMs({ baseMs: 2000, maxMs: 30_000, n, random: highest })).toBeCloseTo(wholeMs, 6);
  }
});

test('the cap holds for the product, however large', () => {
  expect(backoffMs({ baseMs: 2000, maxMs: 30_000, n: 4, random: highest })).toBe(30_000);
  for (const n of [5, 100, 1023, 1024, 5000, Number.MAX_SAFE_INTEGER]) {
    expect(backoffMs({ baseMs: 2000, maxMs: 30_000, n, random: lowest })).toBe(30_000);
  }
});

test('no base is no wait, even where the power overflows; no cap is no wait either', () => {
  for (const n of [0, 3, 5000]) {
    expect(backoffMs({ baseMs: 0, maxMs: 30_000, n, random: highest })).toBe(0);
    expect(backoffMs({ baseMs: 2000, maxMs: 0, n, random: highest })).toBe(0);
  }
});

test('an outage is never tried again before 100 ms', () => {
  expect(outageBackoffMs({ baseMs: 0, maxMs: 30_000, n: 3, random: highest })).toBe(100);
  expect(outageBackoffMs({ baseMs: 2000, maxMs: 0, n: 3, random: highest })).toBe(100);
  expect(outageBackoffMs({ baseMs: 2000, maxMs: 30_000, n: 1, random: lowest })).toBe(2000);
});
