import { asAdmin } from '../cell/admin.ts';
import { countMarks } from '../cell/moments.ts';
import { partitionEnds, readTopics } from '../cell/read-topics.ts';
import { until } from '../cell/until.ts';
import type { Scenario } from '../scenario.ts';

const POISON_RATIO = 0.1;
/** More records than the writer has made and not told of. */
const UNDER_WAY = 200;

/** The dead letter topic is deleted under load: it is made again, and every letter since then is in it. */
export const scenario: Scenario = {
  name: 'dlq-deleted',
  poisonRatio: POISON_RATIO,
  rounds: 3,
  moments: ['load', 'rebalance'],
  async inject(cell) {
    const { writer, dlqTopic, allowance } = cell;
    const { bootstrap } = cell.cluster;
    // Nobody can say of letters that come just then whether they are in it: none does, while events go on.
    writer.setPoisonRatio(0);
    const before = writer.written.length;
    // What the writer had made by then is under way.
    if (!(await until(() => writer.written.length > before + UNDER_WAY, 60_000))) return;
    const poison = () => writer.written.filter((record) => record.poison).length;
    if (!(await until(() => countMarks(cell, 'W') >= poison(), 60_000))) return;
    const reader = `${cell.name}-kept-${allowance.lettersKept.length}`;
    allowance.lettersKept.push(...(await readTopics(bootstrap, [dlqTopic], reader)));
    await asAdmin(cell, (admin) => admin.deleteTopics({ topics: [dlqTopic], timeout: 30_000 }));
    cell.did('deleted');
    writer.setPoisonRatio(POISON_RATIO);
    const there = async () => (await partitionEnds(bootstrap, [dlqTopic])).size > 0;
    if (await until(() => there().catch(() => false), 60_000)) cell.did('made again');
    else cell.complaints.push('the dead letter topic was not made again');
  },
  happened: (tally) => tally.of('deleted') > 0 && tally.of('made again') > 0,
};
