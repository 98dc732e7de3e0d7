import { stat } from 'node:fs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createTimeLimits, TimeLimited } from '../src/time-limits.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

class Entry extends TimeLimited {
  readonly name: string;
  constructor(name: string) {
    super();
    this.name = name;
  }
}

/** Limits of `afterMs`, and which entries expired, with when. */
function rig(afterMs: number) {
  const startedAt = performance.now();
  const expired: [string, number][] = [];
  const limits = createTimeLimits<Entry>(afterMs, ({ name }) => {
    expired.push([name, performance.now() - startedAt]);
  });
  const entries = new Map<string, Entry>();
  const entryOf = (name: string): Entry => entries.get(name) ?? entries.set(name, new Entry(name)).get(name)!;
  return {
    add: (name: string) => limits.add(entryOf(name), performance.now()),
    delete: (name: string) => limits.delete(entryOf(name)),
    expired,
  };
}

test('each expires at its own time, with one timer for all', () => {
  const { add, expired } = rig(1_000);
  add('a');
  vi.advanceTimersByTime(300);
  add('b');
  add('c');
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(10_000);
  expect(expired).toEqual([
    ['a', 1_000],
    ['b', 1_300],
    ['c', 1_300],
  ]);
  expect(vi.getTimerCount()).toBe(0);
});

test('what ended in time does not expire, and what came behind it still does', () => {
  const { add, delete: end, expired } = rig(1_000);
  add('a');
  vi.advanceTimersByTime(999);
  end('a');
  add('b');
  vi.advanceTimersByTime(10_000);
  expect(expired).toEqual([['b', 1_999]]);
});

test('with nothing left there is no timer after the one that was set, and the next entry sets one anew', () => {
  const { add, delete: end, expired } = rig(1_000);
  add('a');
  end('a');
  vi.advanceTimersByTime(1_000);
  expect(vi.getTimerCount()).toBe(0);
  add('b');
  vi.advanceTimersByTime(1_000);
  expect(expired).toEqual([['b', 2_000]]);
});

test('a limit beyond what a timer can hold does not expire at once', () => {
  const { add, expired } = rig(1e12);
  add('a');
  vi.advanceTimersByTime(2 ** 31);
  expect(expired).toEqual([]);
  expect(vi.getTimerCount()).toBe(1);
});

test('what ended while the process stood still has not expired', async () => {
  vi.useRealTimers();
  const { add, delete: remove, expired } = rig(20);
  const seen = Promise.withResolvers<void>();
  add('a');
  add('b');
  stat('.', () => {
    remove('a');
    setImmediate(seen.resolve);
  });
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000);
  await seen.promise;
  await expect.poll(() => expired.map(([name]) => name)).toEqual(['b']);
});
