import { setTimeout as pause } from 'node:timers/promises';

/** Looks again and again until the fact is there. @returns false where it is not by the time that is given */
export async function until(fact: () => Promise<boolean> | boolean, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (!(await fact())) {
    if (performance.now() > deadline) return false;
    await pause(50);
  }
  return true;
}

/** Lets everything else have a turn, for 20 ms. */
export function nextTurn(): Promise<void> {
  return pause(20);
}
