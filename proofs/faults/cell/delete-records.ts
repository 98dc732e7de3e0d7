import { asAdmin } from './admin.ts';
import type { Cell } from './cell.ts';

/** Deletes what is below these offsets of `topic/partition`, and lets the checks know. @throws what kafkajs throws */
export async function deleteRecords(cell: Cell, floors: ReadonlyMap<string, number>): Promise<void> {
  // What was committed before they go is settled, and stays to be checked.
  const committed = await cell.watch.look();
  for (const [name, floor] of floors) cell.allowance.mayGo(name, committed.get(name) ?? 0, floor);
  await asAdmin(cell, async (admin) => {
    for (const topic of cell.topics) {
      const partitions = [...floors]
        .filter(([name]) => name.startsWith(`${topic}/`))
        .map(([name, floor]) => ({
          partition: Number(name.slice(topic.length + 1)),
          offset: String(floor),
        }));
      if (partitions.length === 0) continue;
      // This call of kafkajs takes for known what it has not asked for.
      await admin.fetchTopicMetadata({ topics: [topic] });
      await admin.deleteTopicRecords({ topic, partitions });
    }
  });
}
