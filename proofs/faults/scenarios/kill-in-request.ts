import type { Cell } from '../cell/cell.ts';
import type { ConsumerProcess } from '../cell/consumer-process.ts';
import { apis, proxyOf, type Api } from '../cell/network-faults.ts';
import { until } from '../cell/until.ts';
import type { Scenario } from '../scenario.ts';

const requests = ['offset-commit', 'produce'] as const satisfies readonly Api[];
const SENT_TIMEOUT_MS = 30_000;

/**
 * kill -9 while a request is under way: to the broker goes a commit or a letter, and who sent it is dead before the answer.
 * The broker has it, or will have it, and no ledger says so.
 */
export const scenario: Scenario = {
  name: 'kill-in-request',
  proxied: true,
  forwards: true,
  recordsPerSec: 150,
  poisonRatio: 0.2,
  // Long enough for an attempt to be left when the target has healed.
  env: { MAX_RETRIES: '100', RETRY_BACKOFF_SEC: '1', RETRY_BACKOFF_MAX_SEC: '3' },
  moments: ['load', 'rebalance', 'backoff'],
  async inject(cell) {
    // The first is the one that the moment is for: at each moment either has its turn, two kills a round.
    const inTurn = cell.tally.of('kill') % 4 < 2 ? requests : requests.toReversed();
    for (const api of inTurn) await killInRequest(cell, api);
  },
  async heal(cell) {
    cell.target?.answerWith(() => ({ status: 204 }));
  },
  happened: (tally) => requests.every((api) => tally.of(`kill in ${api}`) > 0),
};

/** Kills whoever sends such a request next. */
async function killInRequest(cell: Cell, api: Api): Promise<void> {
  const proxy = proxyOf(cell);
  const victims: ConsumerProcess[] = [];
  proxy.admit = (apiKey, _frame, { lane }) => {
    if (apiKey !== apis[api] || victims.length > 0) return 'pass';
    const [sender, another] = cell.running().filter((one) => one.lane === lane);
    // Lanes come again: one that has lived for long may share its own with a later one.
    if (sender === undefined || another !== undefined) return 'pass';
    victims.push(sender);
    // The request goes on before the proxy can hear that its connection has ended.
    void sender.kill();
    return 'pass';
  };
  // Should the answer be quicker than the signal, it is kept back.
  proxy.judge = (_apiKey, _frame, { lane }) => (victims.some((one) => one.lane === lane) ? 'hold' : 'pass');
  await until(() => victims.length > 0, SENT_TIMEOUT_MS);
  for (const victim of victims) {
    await victim.ended;
    cell.did('kill');
    cell.did(`kill in ${api}`);
  }
  proxy.admit = () => 'pass';
  proxy.judge = () => 'pass';
}
