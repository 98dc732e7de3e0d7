import { expect, test } from 'vitest';
import { Progress } from '../src/progress.ts';
import { Settled } from '../src/settled.ts';
import { Uncommitted } from '../src/uncommitted.ts';

test('the oldest stays the oldest until a commit of it is acknowledged', () => {
  const uncommitted = new Uncommitted();
  expect(uncommitted.oldestMs).toBeNull();
  for (const timestampMs of [100, 200, 300]) uncommitted.began(timestampMs);
  expect(uncommitted.oldestMs).toBe(100);
  uncommitted.committing(null);
  uncommitted.began(400);
  expect(uncommitted.oldestMs).toBe(100);
  uncommitted.committed();
  expect(uncommitted.oldestMs).toBe(400);
});

test('a commit whose answer never comes changes nothing', () => {
  const uncommitted = new Uncommitted();
  uncommitted.began(100);
  uncommitted.committing(null);
  uncommitted.began(200);
  uncommitted.committing(200);
  expect(uncommitted.oldestMs).toBe(100);
});

test('a record that waits is the oldest after a commit of what was settled before it', () => {
  const progress = new Progress('t', 0, 0);
  const uncommitted = new Uncommitted();
  for (const [offset, timestampMs] of [
    [0, 100],
    [1, 200],
    [2, 300],
  ] as const) {
    progress.begin(offset, timestampMs);
    uncommitted.began(timestampMs);
  }
  progress.settle(0, Settled.byHandler);
  progress.settle(2, Settled.byHandler);
  uncommitted.committing(progress.lowTimestampMs);
  uncommitted.committed();
  expect(uncommitted.oldestMs).toBe(200);
});
