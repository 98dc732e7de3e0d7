import type { Cell } from '../cell/cell.ts';
import type { ConsumerProcess } from '../cell/consumer-process.ts';
import { leadsGroup } from '../cell/join-answer.ts';
import { apis, proxyOf, type Api } from '../cell/network-faults.ts';
import type { Random } from '../cell/random.ts';
import { othersHaveAll } from '../cell/takeover.ts';
import { nextTurn, until } from '../cell/until.ts';
import { nowUs } from '../preload/ledger-line.ts';
import type { Scenario } from '../scenario.ts';

/** So long before the end of the session that the answer began: enough to sync. */
const LEFT_MS = 600;
/** The whole of a rebalance. */
const FROZEN_WITHIN_MS = 30_000;
/** Behind the time-outs of what was under way, and of the first beat. */
const GIVEN_WITHIN_MS = 20_000;
/** In which who believes to have a lease has begun something. */
const BEGINS_WITHIN_MS = 2_000;

const GIVEN = 'given what others have';

/** Before the answer to which request the process is stopped, and whether beyond its session. */
interface Freeze {
  readonly api: Api;
  readonly isBeyond: boolean;
}

/** The one that leads to two owners where a lease counts from an answer. */
const within: Freeze = { api: 'join-group', isBeyond: false };
const beyond: readonly Freeze[] = [
  { api: 'sync-group', isBeyond: true },
  { api: 'join-group', isBeyond: true },
];

/**
 * A process is stopped just before the answer to its join reaches it. `within`: it goes on a moment before its session is over,
 * when the group still takes its sync; its beats are lost, so that the group drops it, and it is given partitions that others
 * have by then. Its lease began as it sent JoinGroup, and is over. Beyond the session, what it reads is worth nothing any more:
 * its sync is refused, or has been given up.
 */
export const scenario: Scenario = {
  name: 'join-frozen',
  proxied: true,
  rounds: 3,
  moments: ['load', 'load', 'rebalance'],
  async inject(cell, random) {
    if (cell.tally.of(GIVEN) > 0) return freezeJoin(cell, random, random.pick(beyond));
    // Where the machine has much to do, the moment may be missed.
    for (let tries = 3; tries > 0 && cell.tally.of(GIVEN) === 0; tries -= 1) {
      await freezeJoin(cell, random, within);
      await cell.refill();
    }
  },
  happened: (tally) => tally.of(GIVEN) > 0,
};

async function freezeJoin(cell: Cell, random: Random, { api, isBeyond }: Freeze): Promise<void> {
  const leaving = random.pick(cell.running());
  const proxy = proxyOf(cell);
  const leaders = new Set<number>();
  const frozen: { readonly victim: ConsumerProcess; readonly us: number }[] = [];
  const freeze = async (victim: ConsumerProcess): Promise<'pass'> => {
    frozen.push({ victim, us: nowUs() });
    victim.pause();
    // The signal is there before the answer is.
    await nextTurn();
    return 'pass';
  };
  proxy.judge = (apiKey, frame, { lane }) => {
    if (frozen.length > 0 || (apiKey !== apis[api] && apiKey !== apis['join-group'])) return 'pass';
    const leads = apiKey === apis['join-group'] ? leadsGroup(frame) : leaders.has(lane);
    if (leads === true) leaders.add(lane);
    // Without the one that leads, the others would have no answer to their syncs.
    if (leads !== false || apiKey !== apis[api]) return 'pass';
    const victim = cell.running().find((one) => one.lane === lane && one !== leaving);
    return victim === undefined ? 'pass' : freeze(victim);
  };
  const left = cell.terminate(leaving);
  await until(() => frozen.length > 0, FROZEN_WITHIN_MS);
  for (const { victim, us } of frozen) {
    cell.did(`frozen ${isBeyond ? 'beyond' : 'within'} the session at ${api}`);
    await goOn(cell, victim, us, isBeyond);
  }
  proxy.judge = () => 'pass';
  proxy.admit = () => 'pass';
  await left;
}

async function goOn(cell: Cell, victim: ConsumerProcess, frozenUs: number, isBeyond: boolean): Promise<void> {
  proxyOf(cell).admit = (apiKey, _frame, { lane }) =>
    apiKey === apis.heartbeat && lane === victim.lane ? 'hold' : 'pass';
  const [given, begun] = [victim.count('P'), victim.count('B')];
  const takenOver = () => othersHaveAll(cell, victim, frozenUs);
  const thawUs = frozenUs + (cell.policy.sessionMs - LEFT_MS) * 1e3;
  if (isBeyond) await takenOver();
  else await until(() => nowUs() >= thawUs, cell.policy.sessionMs);
  victim.resume();
  if (isBeyond || (await takenOver())) cell.did('takeover');
  const givenBack = () => cell.running().reduce((sum, one) => sum + (one === victim ? 0 : one.count('R')), 0);
  const before = givenBack();
  const isGiven = await until(() => victim.count('P') > given, GIVEN_WITHIN_MS);
  // It did not join anew: the others would have given something back for that.
  if (isGiven && !isBeyond && givenBack() === before) cell.did(GIVEN);
  await until(() => victim.count('B') > begun, BEGINS_WITHIN_MS);
}
