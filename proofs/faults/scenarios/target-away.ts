import { killOne, terminateOne } from '../cell/actions.ts';
import type { Cell } from '../cell/cell.ts';
import { countMarks } from '../cell/moments.ts';
import type { Random } from '../cell/random.ts';
import { someoneNotReady, targetIsAway } from '../cell/readiness.ts';
import { until } from '../cell/until.ts';
import type { Scenario } from '../scenario.ts';

/** What the target can be like while none of it is about any event. */
const outages = ['refused', 503, 502, 504, 429, 401, 403, 404, 405, 407, 302] as const;
const JOIN_TIMEOUT_MS = 40_000;
/** So that what is in backoff at first has attempts left when the target is back. */
const longBackoff = { MAX_RETRIES: '100', RETRY_BACKOFF_SEC: '1', RETRY_BACKOFF_MAX_SEC: '3' };

/**
 * The target refuses connections, or gives all the same answer that tells of no event, for a while: not ready, no letter,
 * nothing twice. `during` happens while it is away.
 */
const away = (
  name: string,
  during: (cell: Cell, random: Random) => Promise<void>,
  moments: Scenario['moments'],
): Scenario => ({
  name,
  forwards: true,
  recordsPerSec: 150,
  rounds: 4,
  ...(moments.includes('backoff') ? { env: longBackoff } : {}),
  moments,
  async inject(cell, random) {
    cell.writer.resume();
    const how = random.pick(outages);
    const outage = cell.times.away('target');
    if (how === 'refused') await cell.target?.shut();
    else cell.target?.answerWith(() => ({ status: how }));
    if ((await someoneNotReady(cell, 30_000, targetIsAway)) !== null) cell.did(`target away: ${how}`);
    else cell.complaints.push(`nobody said of the target that it was away (${how})`);
    await during(cell, random);
    await outage.back(async () => {
      if (how === 'refused') await cell.target?.reopen();
      cell.target?.answerWith(() => ({ status: 204 }));
    });
  },
  happened: (tally) =>
    Object.keys(tally.all()).some((what) => what.startsWith('target away')) &&
    (during === nothing || tally.of('join') + tally.of('terminate') + tally.of('kill') > 0),
});

const nothing = async (): Promise<void> => {};

/** A member joins and another leaves. */
async function rebalance(cell: Cell, random: Random): Promise<void> {
  const before = countMarks(cell, 'R');
  const joined = cell.start();
  const owns = () => countMarks(cell, 'R') > before && /\nP\t.+\//.test(joined.ledger());
  if (await until(owns, JOIN_TIMEOUT_MS)) cell.did('join');
  await terminateOne(cell, random);
}

export const scenarios: Scenario[] = [
  away('target-away', nothing, ['load', 'idle', 'rebalance']),
  away('target-away-rebalance', rebalance, ['load', 'backoff']),
  away('target-away-kill', killOne, ['load', 'rebalance', 'backoff']),
  away('target-away-terminate', terminateOne, ['load', 'rebalance', 'backoff']),
];
