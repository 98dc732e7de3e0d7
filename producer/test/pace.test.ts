import { expect, test } from 'vitest';
import { createPace } from '../src/pace.ts';

function pacing(perSec: number) {
  let now = 500;
  const pace = createPace({ perSec, nowMs: () => now });
  return {
    pace,
    /** Lets so much time go by, and takes all that is due then. */
    after: (ms: number): number => {
      now += ms;
      const due = pace.due();
      pace.take(due);
      return due;
    },
  };
}

test('the first is due at once, the others one after the other', () => {
  const { pace, after } = pacing(2);
  expect(after(0)).toBe(1);
  expect(pace.nextInMs()).toBe(500);
  expect(after(499)).toBe(0);
  expect(pace.nextInMs()).toBe(1);
  expect(after(1)).toBe(1);
  expect(after(500)).toBe(1);
});

test('less than one a second is a pace too', () => {
  const { after } = pacing(0.1);
  expect([after(0), after(9_999), after(1), after(10_000)]).toEqual([1, 0, 1, 1]);
});

test('a fast pace is kept by several at a time, with none lost to rounding', () => {
  const { after } = pacing(30_000);
  let made = after(0);
  for (let tick = 0; tick < 1_000; tick += 1) made += after(3);
  expect(Math.abs(made - 90_001)).toBeLessThanOrEqual(1);
});

test('what was missed in a pause is made up for one second at most', () => {
  const { after } = pacing(100);
  after(0);
  expect(after(3_600_000)).toBe(101);
  expect(after(10)).toBe(1);
});

test('after a pause a slow pace owes one event, not several', () => {
  const { after } = pacing(0.1);
  after(0);
  expect(after(3_600_000)).toBeLessThanOrEqual(2);
  expect(after(1)).toBe(0);
});

test('what is due and not taken stays due', () => {
  const { pace } = pacing(10);
  expect(pace.due()).toBe(1);
  expect(pace.due()).toBe(1);
  expect(pace.nextInMs()).toBe(0);
});
