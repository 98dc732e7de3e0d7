import { setTimeout as pause } from 'node:timers/promises';
import { asAdmin } from '../cell/admin.ts';
import { partitionEnds } from '../cell/read-topics.ts';
import { until } from '../cell/until.ts';
import type { Scenario } from '../scenario.ts';

/** Topics get more partitions: what stands in the new ones is handled, and what stood in the old ones is not again. */
export const scenario: Scenario = {
  name: 'partitions-added',
  rounds: 2,
  moments: ['load', 'rebalance', 'idle'],
  async inject(cell, random) {
    const { bootstrap } = cell.cluster;
    const before = (await partitionEnds(bootstrap, cell.topics)).size / cell.topics.length;
    const count = before + random.whole(1, 2);
    await asAdmin(cell, (admin) =>
      admin.createPartitions({ topicPartitions: cell.topics.map((topic) => ({ topic, count })) }),
    );
    const there = async () =>
      (await partitionEnds(bootstrap, cell.topics)).size === count * cell.topics.length;
    if (!(await until(() => there().catch(() => false), 30_000))) return;
    cell.did('partitions added');
    // The writer is to know of them before it writes there.
    cell.writer.pause();
    await pause(500);
    cell.writer.setPartitions(count);
    cell.writer.resume();
    await pause(2_000);
  },
  happened: (tally) => tally.of('partitions added') > 0,
};
