import type { Cell } from '../cell/cell.ts';
import { isCommittedToTheEnd } from '../cell/quiet.ts';
import type { Random } from '../cell/random.ts';
import { until } from '../cell/until.ts';
import { nowUs } from '../preload/ledger-line.ts';
import type { Scenario } from '../scenario.ts';

const WORK_TIMEOUT_MS = 30_000;
const REST_TIMEOUT_MS = 60_000;

/** Kafka dies, a consumer is asked to stop, and only when it has ended does Kafka come back. */
async function terminateWithout(cell: Cell, random: Random, works: boolean): Promise<void> {
  const [node] = cell.cluster.nodes;
  const away = cell.times.away('kafka');
  await node?.kill();
  const fromUs = nowUs();
  cell.did('broker kill');
  const atWork = () =>
    cell.running().find((one) => one.life().steps.some(({ mark, us }) => mark === 'H' && us > fromUs));
  // What it has fetched it goes on with, and can't commit.
  if (works && !(await until(() => atWork() !== undefined, WORK_TIMEOUT_MS)))
    return away.back(() => node?.restart());
  const victim = (works ? atWork() : undefined) ?? random.pick(cell.running());
  await cell.terminate(victim, works ? 1 : 0);
  cell.did(works ? 'ended with work to commit' : 'ended with none');
  if (works) victim.wasCutOff(fromUs, nowUs());
  await away.back(() => node?.restart());
}

/** SIGTERM while Kafka is away: exit code 0 where nothing is left to commit, else 1 past the deadline, and it comes again. */
export const scenarios: readonly Scenario[] = [
  {
    name: 'terminate-without-broker-at-rest',
    ownBrokers: true,
    rounds: 3,
    moments: ['idle', 'rebalance'],
    async inject(cell, random) {
      cell.writer.pause();
      await cell.refill();
      if (await until(() => isCommittedToTheEnd(cell), REST_TIMEOUT_MS))
        await terminateWithout(cell, random, false);
    },
    happened: (tally) => tally.of('ended with none') > 0,
  },
  {
    name: 'terminate-without-broker-at-work',
    ownBrokers: true,
    forwards: true,
    rounds: 3,
    recordsPerSec: 300,
    moments: ['load', 'rebalance'],
    async inject(cell, random) {
      cell.target?.answerWith(() => ({ status: 204, delayMs: 1_000 }));
      const fromUs = nowUs();
      const begins = () =>
        cell.running().some((one) => one.life().steps.some(({ mark, us }) => mark === 'B' && us > fromUs));
      await until(begins, WORK_TIMEOUT_MS);
      await terminateWithout(cell, random, true);
    },
    async heal(cell) {
      cell.target?.answerWith(() => ({ status: 204 }));
    },
    happened: (tally) => tally.of('ended with work to commit') > 0,
  },
];
