import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { oncePerTurn } from '../src/turns.ts';

test('work runs once for all who ask within a turn, not at once, and again in a later turn', async () => {
  let worked = 0;
  const { ask } = oncePerTurn(() => {
    worked += 1;
  });
  ask();
  ask();
  await Promise.resolve();
  expect(worked).toBe(0);
  await turn();
  expect(worked).toBe(1);
  await turn();
  expect(worked).toBe(1);
  ask();
  await turn();
  expect(worked).toBe(2);
});

test('work that asks for itself without end leaves the event loop its turns', async () => {
  let worked = 0;
  const { ask } = oncePerTurn(() => {
    worked += 1;
    ask();
  });
  ask();
  for (let count = 1; count <= 3; count += 1) {
    await turn();
    expect(worked).toBe(count);
  }
});
