import type { Cell } from './cell.ts';

/** Asks all consumers to stop, and waits for their ends. */
export async function stopAll(cell: Cell): Promise<void> {
  await Promise.all(cell.running().map((consumer) => cell.terminate(consumer)));
}
