import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createTurns } from '../src/turns.ts';

test('work runs once for all who ask: in the next turn, or within this one', async () => {
  let runs = 0;
  const turns = createTurns(() => {
    runs += 1;
  });
  turns.stir();
  turns.stir();
  turns.follow();
  await Promise.resolve();
  expect(runs).toBe(0);
  await turn();
  expect(runs).toBe(1);
  turns.follow();
  turns.follow();
  expect(runs).toBe(1);
  await Promise.resolve();
  expect(runs).toBe(2);
});

test('work that asks for itself without end leaves the event loop its turns', async () => {
  let runs = 0;
  const turns = createTurns(() => {
    runs += 1;
    turns.follow();
  });
  turns.follow();
  for (let count = 0; count < 3; count += 1) {
    const before = runs;
    await turn();
    await turn();
    expect(runs).toBeGreaterThan(before);
  }
});

test('who stirs is served once for all of a turn, not at once, and again in a later turn', async () => {
  let worked = 0;
  const { stir } = createTurns(() => {
    worked += 1;
  });
  stir();
  stir();
  expect(worked).toBe(0);
  await turn();
  expect(worked).toBe(1);
  await turn();
  expect(worked).toBe(1);
  stir();
  await turn();
  expect(worked).toBe(2);
});
