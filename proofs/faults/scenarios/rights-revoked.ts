import { setTimeout as pause } from 'node:timers/promises';
import { authorizerProperties, giveRights, takeRights, type Right } from '../cell/acl.ts';
import type { Cell } from '../cell/cell.ts';
import { countMarks } from '../cell/moments.ts';
import type { Random } from '../cell/random.ts';
import { someoneNotReady } from '../cell/readiness.ts';
import { until } from '../cell/until.ts';
import { nowUs } from '../preload/ledger-line.ts';
import type { Scenario } from '../scenario.ts';

const TOLD_TIMEOUT_MS = 30_000;
const GO_ON_TIMEOUT_MS = 60_000;
/** Half of the rebalance time-out, which is all that a revocation may take. */
const REVOKE_MAX_US = 30_000_000;

/** A right is taken away, for less than the session or for longer: /readyz says so, and all goes on when it is back. */
async function revoke(cell: Cell, random: Random, right: Right): Promise<void> {
  const fromUs = nowUs();
  await takeRights(cell, [right]);
  cell.writer.resume();
  if ((await someoneNotReady(cell, TOLD_TIMEOUT_MS, /not authorized|AUTHORIZATION_FAILED/i)) !== null)
    cell.did('told');
  else cell.complaints.push(`/readyz did not tell that the right to read the ${right.kind} is missing`);
  await pause(random.whole(0, 12_000));
  await giveRights(cell, [right]);
  // Who may not be in the group is dropped by it, with what could not be committed; and a rebalance waits for commits only so
  // long.
  const isCut = right.kind === 'group' || nowUs() - fromUs > REVOKE_MAX_US;
  if (isCut) for (const one of cell.running()) one.wasCutOff(fromUs, nowUs());
  const before = countMarks(cell, 'A');
  if (await until(() => countMarks(cell, 'A') > before, GO_ON_TIMEOUT_MS)) cell.did('went on');
  else cell.complaints.push('nothing was committed for a minute after the right was given back');
}

const usual = {
  ownBrokers: true,
  brokerProperties: authorizerProperties,
  rounds: 3,
  happened: (tally) => tally.of('told') > 0 && tally.of('went on') > 0,
} satisfies Partial<Scenario>;

/** The right to read an input topic, or to be in the group, is taken away from running consumers, and given back. */
export const scenarios: readonly Scenario[] = [
  {
    ...usual,
    name: 'rights-revoked-topic',
    moments: ['load', 'idle', 'rebalance'],
    inject: (cell, random) =>
      revoke(cell, random, { kind: 'topic', name: random.pick(cell.topics), to: 'read' }),
  },
  {
    ...usual,
    name: 'rights-revoked-group',
    moments: ['load', 'idle', 'rebalance'],
    inject: (cell, random) => revoke(cell, random, { kind: 'group', name: cell.groupId, to: 'read' }),
  },
];
