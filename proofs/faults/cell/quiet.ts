import type { Cell } from './cell.ts';
import { partitionEnds } from './read-topics.ts';

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
