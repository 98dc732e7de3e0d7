import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Cell } from './cell.ts';
import type { ConsumerProcess } from './consumer-process.ts';
import { until } from './until.ts';

/** For consumers whose clock is to be set. */
export const clockEnv = { NODE_OPTIONS: `--import ${import.meta.resolve('../preload/clock.ts')}` };

export const HOUR_MS = 3_600_000;
const LINE_TIMEOUT_MS = 30_000;
const TIME = '"time":"';

/** Sets the consumers' wall clocks on, or back where `byMs` is negative. */
export function stepClocks(cell: Cell, consumers: readonly ConsumerProcess[], byMs: number): void {
  writeFileSync(path.join(cell.folder, 'clock-step-ms'), String(byMs));
  for (const consumer of consumers) consumer.signal('SIGUSR2');
}

/** How far the consumer's clock is ahead, by the newest line that it has written; NaN where none is whole. */
export function aheadMs(consumer: ConsumerProcess): number {
  const output = consumer.output();
  const begin = output.lastIndexOf(TIME) + TIME.length;
  return Date.parse(output.slice(begin, output.indexOf('"', begin))) - Date.now();
}

/** Waits for a line of the consumer by whose time its clock is so far ahead, give or take a quarter of an hour. */
export const tellsAhead = (consumer: ConsumerProcess, expectedMs: number): Promise<boolean> =>
  until(() => Math.abs(aheadMs(consumer) - expectedMs) < HOUR_MS / 4, LINE_TIMEOUT_MS);
