import { expect, test } from 'vitest';
import { createPermits } from '../src/letter-permit.ts';

test('a permit holds while letters may be written, and in no later generation', () => {
  const group = { holdsLease: true, generation: 7 };
  const newPermit = createPermits({
    mayWriteLetters: () => group.holdsLease,
    generation: () => group.generation,
  });
  const permit = newPermit();
  expect(permit()).toBe(true);
  group.holdsLease = false;
  expect(permit()).toBe(false);
  Object.assign(group, { holdsLease: true, generation: 8 });
  expect([permit(), newPermit()()]).toEqual([false, true]);
});
