import type { Cell } from '../cell/cell.ts';
import { aheadMs, clockEnv, HOUR_MS, stepClocks, tellsAhead } from '../cell/clock.ts';
import type { ConsumerProcess } from '../cell/consumer-process.ts';
import { countMarks } from '../cell/moments.ts';
import type { Random } from '../cell/random.ts';
import { someoneNotReady, targetIsAway } from '../cell/readiness.ts';
import { until } from '../cell/until.ts';
import type { Scenario } from '../scenario.ts';

/** Farther ahead than a broker lets a record's time be, and back. */
const steps = [3, -1] as const;
const GO_ON_TIMEOUT_MS = 30_000;

/** The clocks of all consumers, or of one, are set and set right again: they go on as if nothing were. */
async function setClocks(cell: Cell, random: Random): Promise<void> {
  const byMs = random.pick(steps) * HOUR_MS;
  const running = cell.running();
  const consumers = random.next() < 0.5 ? running : [random.pick(running)];
  await stepAndGoOn(cell, consumers, byMs);
  await stepAndGoOn(cell, consumers, -byMs);
  // Neither Kafka nor the group was lost by it.
  for (const { name, ...one } of running) {
    if (one.output().includes('Kafka does not answer')) cell.complaints.push(`${name} took Kafka for away`);
    if (one.ledger().includes('\nX\t')) cell.complaints.push(`${name} was dropped by the group`);
  }
}

async function stepAndGoOn(cell: Cell, consumers: readonly ConsumerProcess[], byMs: number): Promise<void> {
  const before = { W: countMarks(cell, 'W'), A: countMarks(cell, 'A') };
  const expected = consumers.map((one) => aheadMs(one) + byMs);
  stepClocks(cell, consumers, byMs);
  cell.writer.resume();
  const told = await Promise.all(consumers.map((one, at) => tellsAhead(one, expected[at] as number)));
  if (told.every(Boolean)) cell.did(byMs > 0 ? 'set on' : 'set back');
  const goesOn = () => countMarks(cell, 'W') > before.W && countMarks(cell, 'A') > before.A;
  if (!(await until(goesOn, GO_ON_TIMEOUT_MS)))
    cell.complaints.push(`no letter or no commit for 30 s after clocks were set by ${byMs / HOUR_MS} h`);
}

const usual = {
  env: clockEnv,
  rounds: 4,
  happened: (tally) => tally.of('set on') > 0 && tally.of('set back') > 0,
} satisfies Partial<Scenario>;

/** The wall clock of running consumers is set on and back by hours, as by an operator or a time server. */
export const scenarios: readonly Scenario[] = [
  {
    ...usual,
    name: 'clock-steps',
    poisonRatio: 0.1,
    moments: ['load', 'idle', 'rebalance'],
    inject: setClocks,
  },
  {
    ...usual,
    name: 'clock-steps-in-backoff',
    forwards: true,
    recordsPerSec: 150,
    // Long enough for an attempt to be left when the target has healed.
    env: { ...clockEnv, MAX_RETRIES: '100', RETRY_BACKOFF_SEC: '1', RETRY_BACKOFF_MAX_SEC: '3' },
    moments: ['backoff'],
    inject: setClocks,
    async heal(cell) {
      cell.target?.answerWith(() => ({ status: 204 }));
    },
  },
  {
    ...usual,
    name: 'clock-steps-target-away',
    forwards: true,
    recordsPerSec: 150,
    moments: ['load', 'rebalance'],
    async inject(cell, random) {
      cell.target?.answerWith(() => ({ status: 503 }));
      if ((await someoneNotReady(cell, 30_000, targetIsAway)) !== null) cell.did('target away');
      const healed = until(() => false, 2_000).then(() => cell.target?.answerWith(() => ({ status: 204 })));
      await setClocks(cell, random);
      await healed;
    },
    async heal(cell) {
      cell.target?.answerWith(() => ({ status: 204 }));
    },
    happened: (tally) => usual.happened(tally) && tally.of('target away') > 0,
  },
];
