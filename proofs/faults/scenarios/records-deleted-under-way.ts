import { setTimeout as pause } from 'node:timers/promises';
import { deleteRecords } from '../cell/delete-records.ts';
import { goneCounted } from '../cell/gone-counted.ts';
import { partitionEnds } from '../cell/read-topics.ts';
import { until } from '../cell/until.ts';
import type { Scenario } from '../scenario.ts';

/** Records are deleted past the positions of consumers that run, and are stopped for a moment. */
export const scenario: Scenario = {
  name: 'records-deleted-under-way',
  rounds: 3,
  moments: ['load', 'rebalance'],
  async inject(cell, random) {
    const stopped = cell.running();
    for (const consumer of stopped) consumer.pause();
    await pause(random.whole(1_000, 2_000));
    await deleteRecords(cell, await partitionEnds(cell.cluster.bootstrap, cell.topics));
    for (const consumer of stopped) consumer.resume();
    if (await until(async () => (await goneCounted(cell)) > 0, 60_000)) cell.did('records deleted');
  },
  happened: (tally) => tally.of('records deleted') > 0,
};
