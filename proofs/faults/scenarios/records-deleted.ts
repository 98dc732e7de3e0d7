import { setTimeout as pause } from 'node:timers/promises';
import { deleteRecords } from '../cell/delete-records.ts';
import { goneCounted } from '../cell/gone-counted.ts';
import { partitionEnds } from '../cell/read-topics.ts';
import { stopAll } from '../cell/stop-all.ts';
import { until } from '../cell/until.ts';
import type { Scenario } from '../scenario.ts';

/** While nobody runs, records beyond the committed position are deleted: each is counted as gone, and no other is. */
export const scenario: Scenario = {
  name: 'records-deleted',
  rounds: 2,
  moments: ['load', 'idle'],
  async inject(cell, random) {
    await stopAll(cell);
    cell.writer.resume();
    await pause(random.whole(1_000, 3_000));
    const committed = await cell.watch.look();
    const floors = new Map<string, number>();
    let gone = 0;
    for (const [name, end] of await partitionEnds(cell.cluster.bootstrap, cell.topics)) {
      // One that has no commit begins at the log's start, wherever that is.
      const position = committed.get(name);
      if (position === undefined || position === end) continue;
      const floor = random.whole(position + 1, end);
      floors.set(name, floor);
      gone += floor - position;
    }
    await deleteRecords(cell, floors);
    if (gone > 0) cell.did('records deleted');
    await cell.refill();
    let counted = -1;
    const isRight = async () => (counted = await goneCounted(cell)) === gone;
    if (!(await until(isRight, 60_000)))
      cell.complaints.push(`${gone} records were deleted, ${counted} are counted as gone`);
  },
  happened: (tally) => tally.of('records deleted') > 0,
};
