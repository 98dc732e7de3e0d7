import type { Cell } from './cell.ts';
import type { Patience } from './patience.ts';
import { partitionEnds } from './read-topics.ts';
import { until } from './until.ts';

/**
 * Waits until all that is in the input topics is committed.
 * @returns false where that is not so in time, or where nothing was committed any more
 */
export async function comesToRest(cell: Cell, { quietMs, standstillMs }: Patience): Promise<boolean> {
  let [last, lastChangedMs] = ['', performance.now()];
  const atRest = async () => {
    const committed = JSON.stringify([...(await cell.watch.look().catch(() => new Map()))]);
    if (committed !== last) [last, lastChangedMs] = [committed, performance.now()];
    return (await isCommittedToTheEnd(cell)) || performance.now() - lastChangedMs > standstillMs;
  };
  return (await until(atRest, quietMs)) && (await isCommittedToTheEnd(cell));
}

/** Whether all that is in the input topics is committed; false too while Kafka does not answer. */
export async function isCommittedToTheEnd(cell: Cell): Promise<boolean> {
  try {
    const ends = await partitionEnds(cell.cluster.bootstrap, cell.topics);
    const committed = await cell.watch.look();
    return [...ends].every(([partition, end]) => (committed.get(partition) ?? 0) === end);
  } catch {
    return false;
  }
}
