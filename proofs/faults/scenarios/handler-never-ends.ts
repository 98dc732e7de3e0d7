import { until } from '../cell/until.ts';
import type { Scenario } from '../scenario.ts';

const HANDLER_TIMEOUT_SEC = 2;
const HANDLED_WITHIN_MS = 30_000;
/** Its time, as long again, and what a look may take. */
const TOLD_WITHIN_MS = 2_000 * HANDLER_TIMEOUT_SEC + 15_000;

/**
 * Somebody's handler waits for ever. Its key waits behind it, and only a restart cures that: /healthz asks for one, and gets
 * it as an orchestrator gives it. What never ended comes again, and nothing else does.
 */
export const scenario: Scenario = {
  name: 'handler-never-ends',
  recordsPerSec: 150,
  rounds: 2,
  env: {
    NODE_OPTIONS: `--import ${import.meta.resolve('../preload/handler-never-ends.ts')}`,
    HANDLER_TIMEOUT_SEC: String(HANDLER_TIMEOUT_SEC),
    SHUTDOWN_TIMEOUT_SEC: '2',
  },
  // In a rebalance, partitions would wait for it for half a minute before they are given back.
  moments: ['load'],
  async inject(cell, random) {
    // One that has handled something listens for signals.
    const listening = () => cell.running().filter((one) => one.count('H') > 0);
    if (!(await until(() => listening().length > 0, HANDLED_WITHIN_MS))) return;
    const victim = random.pick(listening());
    victim.signal('SIGUSR2');
    const isIll = async () => (await victim.get('/healthz')).status === 503;
    if (await until(() => isIll().catch(() => false), TOLD_WITHIN_MS)) cell.did('restart asked for');
    else cell.complaints.push(`/healthz of ${victim.name} asks for no restart though a handler never ends`);
    await cell.terminate(victim, 1);
    cell.did('terminate');
  },
  happened: (tally) => tally.of('restart asked for') > 0 && tally.of('terminate') > 0,
};
