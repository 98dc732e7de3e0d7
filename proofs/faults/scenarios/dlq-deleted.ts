import { asAdmin } from '../cell/admin.ts';
import type { Cell } from '../cell/cell.ts';
import { countMarks } from '../cell/moments.ts';
import { apis, proxyOf } from '../cell/network-faults.ts';
import { partitionEnds, readTopics } from '../cell/read-topics.ts';
import { until } from '../cell/until.ts';
import type { Scenario } from '../scenario.ts';

const POISON_RATIO = 0.1;
/** More records than the writer has made and not told of. */
const UNDER_WAY = 200;
const STILL_MS = 1_000;
const TIMEOUT_MS = 60_000;

const letterEnds = ({ cluster, dlqTopic }: Cell) => partitionEnds(cluster.bootstrap, [dlqTopic]);

/** Takes down the letters that are there, and deletes their topic; none may come to it meanwhile, for nobody would know of it. */
async function deleteLetters(cell: Cell): Promise<void> {
  const { dlqTopic, allowance } = cell;
  const reader = `${cell.name}-kept-${allowance.lettersKept.length}`;
  allowance.lettersKept.push(...(await readTopics(cell.cluster.bootstrap, [dlqTopic], reader)));
  await asAdmin(cell, (admin) => admin.deleteTopics({ topics: [dlqTopic], timeout: 30_000 }));
  cell.did('deleted');
}

async function expectMadeAgain(cell: Cell): Promise<void> {
  const there = async () => (await letterEnds(cell)).size > 0;
  if (await until(() => there().catch(() => false), TIMEOUT_MS)) cell.did('made again');
  else cell.complaints.push('the dead letter topic was not made again');
}

/** What was on its way to the topic has arrived: nothing has come to it for a second. */
async function noLetterComes(cell: Cell): Promise<boolean> {
  let [last, sinceMs] = ['', performance.now()];
  return await until(async () => {
    const ends = JSON.stringify([...(await letterEnds(cell))]);
    if (ends !== last) [last, sinceMs] = [ends, performance.now()];
    return performance.now() - sinceMs > STILL_MS;
  }, TIMEOUT_MS);
}

const usual = {
  poisonRatio: POISON_RATIO,
  rounds: 3,
  moments: ['load', 'rebalance'],
  happened: (tally) => tally.of('deleted') > 0 && tally.of('made again') > 0,
} satisfies Partial<Scenario>;

/** The dead letter topic is deleted under load: it is made again, and every letter since then is in it. */
export const scenarios: readonly Scenario[] = [
  {
    ...usual,
    name: 'dlq-deleted',
    async inject(cell) {
      const { writer } = cell;
      // No letter is under way then, while events go on.
      writer.setPoisonRatio(0);
      const before = writer.written.length;
      // What the writer had made by then is under way.
      if (!(await until(() => writer.written.length > before + UNDER_WAY, TIMEOUT_MS))) return;
      const poison = () => writer.written.filter((record) => record.poison).length;
      if (!(await until(() => countMarks(cell, 'W') >= poison(), TIMEOUT_MS))) return;
      await deleteLetters(cell);
      writer.setPoisonRatio(POISON_RATIO);
      await expectMadeAgain(cell);
    },
  },
  {
    ...usual,
    name: 'dlq-deleted-letters-under-way',
    proxied: true,
    async inject(cell) {
      const proxy = proxyOf(cell);
      const { promise: released, resolve: release } = Promise.withResolvers<'pass'>();
      let held = 0;
      // They are sent while the topic is there, and reach the broker when it is not.
      proxy.admit = (apiKey) => {
        if (apiKey !== apis.produce) return 'pass';
        held += 1;
        return released;
      };
      try {
        if (!(await until(() => held > 0, TIMEOUT_MS)) || !(await noLetterComes(cell))) return;
        await deleteLetters(cell);
        const gone = async () => (await letterEnds(cell)).size === 0;
        if (await until(() => gone().catch(() => false), TIMEOUT_MS)) cell.did('gone under letters');
      } finally {
        proxy.admit = () => 'pass';
        release('pass');
      }
      await expectMadeAgain(cell);
    },
    happened: (tally) => usual.happened(tally) && tally.of('gone under letters') > 0,
  },
];
