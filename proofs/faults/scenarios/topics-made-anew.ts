import { asAdmin } from '../cell/admin.ts';
import type { Cell } from '../cell/cell.ts';
import { createTopics } from '../cell/create-topics.ts';
import { countMarks } from '../cell/moments.ts';
import { someoneNotReady } from '../cell/readiness.ts';
import { stopAll } from '../cell/stop-all.ts';
import { until } from '../cell/until.ts';
import type { Scenario } from '../scenario.ts';

const STANDSTILL_MS = 1_000;
const STANDSTILL_TIMEOUT_MS = 60_000;

/** What was fetched before the end of the log is still worked on: it belongs to what was. */
async function comesToStandstill(cell: Cell): Promise<void> {
  let [last, sinceMs] = [-1, performance.now()];
  await until(() => {
    const count = countMarks(cell, 'B') + countMarks(cell, 'W');
    if (count !== last) [last, sinceMs] = [count, performance.now()];
    return performance.now() - sinceMs > STANDSTILL_MS;
  }, STANDSTILL_TIMEOUT_MS);
}

/** The input topics are deleted and made anew, while consumers run or none does: what then stands there is handled. */
export const scenario: Scenario = {
  name: 'topics-made-anew',
  rounds: 2,
  moments: ['load', 'idle'],
  async inject(cell, random) {
    const running = random.next() < 0.5;
    if (!running) await stopAll(cell);
    await asAdmin(cell, (admin) => admin.deleteTopics({ topics: [...cell.topics], timeout: 30_000 }));
    cell.did('topics deleted');
    // What is not answered yet goes into the new topics, or nowhere.
    cell.writer.pause();
    if (running && (await someoneNotReady(cell, 60_000)) !== null) cell.did('noticed');
    if (running) await comesToStandstill(cell);
    cell.allowance.startOver({ watch: cell.watch, writer: cell.writer, logGone: true });
    await createTopics(cell.cluster, cell.topics);
    cell.did(running ? 'made anew under consumers' : 'made anew');
  },
  happened: (tally) => tally.of('topics deleted') > 0,
};
