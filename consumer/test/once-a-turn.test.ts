import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { onceATurn } from '../src/once-a-turn.ts';

test('works once for all who ask within a turn, not at once, and again in a later turn', async () => {
  let worked = 0;
  const ask = onceATurn(() => {
    worked += 1;
  });
  ask();
  ask();
  expect(worked).toBe(0);
  await turn();
  expect(worked).toBe(1);
  await turn();
  expect(worked).toBe(1);
  ask();
  await turn();
  expect(worked).toBe(2);
});
