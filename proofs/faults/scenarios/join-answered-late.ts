import { setTimeout as pause } from 'node:timers/promises';
import type { Verdict } from '@event-pipeline/broker/fault-proxy.ts';
import { apis, proxyOf } from '../cell/network-faults.ts';
import { until } from '../cell/until.ts';
import type { Scenario } from '../scenario.ts';

/** So long before the end of the session that the answer began: enough to sync, and not enough for much else. */
const LEFT_MS = 300;
/** The whole of a rebalance, and the session. */
const HELD_WITHIN_MS = 30_000;

/**
 * The answer to a join comes when its session is nearly over, as to a process that stood still meanwhile. The group still
 * takes the sync of such a member, and counts it out a moment later, if it has not heard a beat by then.
 */
export const scenario: Scenario = {
  name: 'join-answered-late',
  proxied: true,
  rounds: 3,
  moments: ['load', 'rebalance'],
  async inject(cell, random) {
    const proxy = proxyOf(cell);
    const [victim, leaving] = random.shuffle(cell.running());
    if (victim === undefined || leaving === undefined) return;
    let held: 'not yet' | 'held' | 'passed' = 'not yet';
    proxy.judge = async (apiKey, _frame, { lane }): Promise<Verdict> => {
      if (held !== 'not yet' || apiKey !== apis['join-group'] || lane !== victim.lane) return 'pass';
      held = 'held';
      await pause(cell.policy.sessionMs - LEFT_MS);
      held = 'passed';
      return 'pass';
    };
    await cell.terminate(leaving);
    if (await until(() => held === 'passed', HELD_WITHIN_MS)) cell.did('join answered late');
    proxy.judge = () => 'pass';
  },
  happened: (tally) => tally.of('join answered late') > 0,
};
