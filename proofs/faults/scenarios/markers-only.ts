import { terminateOne } from '../cell/actions.ts';
import type { Cell } from '../cell/cell.ts';
import { deleteRecords } from '../cell/delete-records.ts';
import { lagCounted } from '../cell/lag-counted.ts';
import { isCommittedToTheEnd } from '../cell/quiet.ts';
import type { Random } from '../cell/random.ts';
import { partitionEnds } from '../cell/read-topics.ts';
import { stopAll } from '../cell/stop-all.ts';
import { createTransactions } from '../cell/transactions.ts';
import { until } from '../cell/until.ts';
import type { Scenario } from '../scenario.ts';

const END_TIMEOUT_MS = 60_000;
const LAG_TIMEOUT_MS = 15_000;
const ABORTED_RECORDS = 20;

const endsOf = ({ cluster, topics }: Cell) => partitionEnds(cluster.bootstrap, topics);

/** Writes aborted transactions and nothing else, and says whether the logs end with their markers. */
async function abortTransactions(cell: Cell, random: Random): Promise<void> {
  const transactions = await createTransactions(cell, random);
  const before = await endsOf(cell);
  const count = random.whole(1, 4);
  for (let left = count; left > 0; left -= 1) await transactions.write(ABORTED_RECORDS, false);
  await transactions.end();
  // Behind the writer's last record there are these transactions' records, and a marker of each in each of its partitions.
  const behind = new Map(before);
  for (const { topic, partition, offset } of cell.writer.placed) {
    const name = `${topic}/${partition}`;
    behind.set(name, Math.max(offset + 1, behind.get(name) ?? 0));
  }
  const there = [...(await endsOf(cell))].reduce(
    (sum, [name, end]) => sum + end - (behind.get(name) ?? 0),
    0,
  );
  if (there > count * ABORTED_RECORDS * cell.topics.length) cell.did('markers at the end');
}

/** All is committed to the ends, and the consumers count no lag. */
async function passMarkers(cell: Cell): Promise<void> {
  if (!(await until(() => isCommittedToTheEnd(cell), END_TIMEOUT_MS)))
    return void cell.complaints.push(
      'logs that end with aborted transactions were not committed to their ends',
    );
  if (await until(async () => (await lagCounted(cell)) === 0, LAG_TIMEOUT_MS)) cell.did('passed markers');
  else cell.complaints.push('there is lag in logs that end with aborted transactions');
}

const happened: Scenario['happened'] = (tally) =>
  tally.of('markers at the end') > 0 && tally.of('passed markers') > 0;

const markers = {
  recordsPerSec: 300,
  rounds: 4,
  moments: ['idle', 'load', 'rebalance'],
  // A stock client is not told of a log in which there are markers alone, and it has to read all in the end.
  async conclude(cell: Cell, random: Random): Promise<void> {
    const transactions = await createTransactions(cell, random);
    await transactions.write(60, true);
    await transactions.end();
  },
} satisfies Partial<Scenario>;

/** There is nothing to handle, and still the position has to move: what comes is aborted, or that is all of the log. */
export const scenarios: readonly Scenario[] = [
  {
    name: 'markers-only-ahead',
    ...markers,
    async inject(cell, random) {
      cell.writer.pause();
      const leaves = random.next() < 0.5;
      await abortTransactions(cell, random);
      if (leaves) await terminateOne(cell, random);
      await cell.refill();
      await passMarkers(cell);
    },
    happened,
  },
  {
    name: 'markers-only-log',
    ...markers,
    async inject(cell, random) {
      cell.writer.pause();
      await until(() => isCommittedToTheEnd(cell), END_TIMEOUT_MS);
      await stopAll(cell);
      await abortTransactions(cell, random);
      const lasts = [...(await endsOf(cell))].map(([name, end]): [string, number] => [
        name,
        Math.max(0, end - 1),
      ]);
      // Of each log the last marker is left; the position lies before its start.
      await deleteRecords(cell, new Map(lasts));
      cell.did('logs of one marker');
      await cell.refill();
      await passMarkers(cell);
    },
    happened: (tally) => happened(tally) && tally.of('logs of one marker') > 0,
  },
];
