import { asAdmin } from '../cell/admin.ts';
import { stopAll } from '../cell/stop-all.ts';
import type { Scenario } from '../scenario.ts';

const ways = ['no offset', 'the start', 'the middle'] as const;

/** While nobody runs, an operator deletes the group or sets its offsets back: from there on all is handled once more. */
export const scenario: Scenario = {
  name: 'offsets-reset',
  rounds: 3,
  moments: ['load', 'idle'],
  async inject(cell, random) {
    await stopAll(cell);
    const { groupId, topics, allowance } = cell;
    const committed = await cell.watch.look();
    const to = random.pick(ways);
    await asAdmin(cell, async (admin) => {
      if (to === 'no offset') await admin.deleteGroups([groupId]);
      else if (to === 'the start')
        for (const topic of topics) await admin.resetOffsets({ groupId, topic, earliest: true });
      else
        for (const topic of topics) {
          const names = [...committed.keys()].filter((name) => name.startsWith(`${topic}/`));
          const partitions = names.map((name) => {
            const offset = random.whole(0, committed.get(name) ?? 0);
            allowance.mayGo(name, 0, offset);
            return { partition: Number(name.slice(topic.length + 1)), offset: String(offset) };
          });
          await admin.setOffsets({ groupId, topic, partitions });
        }
    });
    if (to !== 'the middle') allowance.clearGone();
    allowance.startOver({ watch: cell.watch, writer: cell.writer, logGone: false });
    cell.did(`set to ${to}`);
  },
  happened: (tally) => ways.some((to) => tally.of(`set to ${to}`) > 0),
};
