import type { Cell } from './cell.ts';
import type { ConsumerProcess } from './consumer-process.ts';
import { PARTITIONS } from './create-topics.ts';
import { until } from './until.ts';

/**
 * Waits, no longer than three sessions, until the others have been given all partitions since that time: what they were given
 * together with the one that is stopped is not all.
 */
export function othersHaveAll(cell: Cell, stopped: ConsumerProcess, sinceUs: number): Promise<boolean> {
  const others = () => cell.running().filter((one) => one !== stopped);
  let seen = 0;
  return until(() => {
    // A ledger is long, and is read only where it can say something new.
    const given = others().reduce((sum, one) => sum + one.count('P'), 0);
    if (given === seen) return false;
    seen = given;
    const held = others().flatMap((one) => {
      const last = one.steps().findLast(({ mark }) => mark === 'P');
      return last === undefined || last.us < sinceUs ? [] : last.partitions;
    });
    return new Set(held).size === cell.topics.length * PARTITIONS;
  }, 3 * cell.policy.sessionMs);
}
