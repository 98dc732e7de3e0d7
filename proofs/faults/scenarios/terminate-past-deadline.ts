import type { Cell } from '../cell/cell.ts';
import type { ConsumerProcess } from '../cell/consumer-process.ts';
import { until } from '../cell/until.ts';
import type { Scenario } from '../scenario.ts';

/**
 * Beyond SHUTDOWN_TIMEOUT_SEC, within half the rebalance time-out, 30 s: the others end theirs before they give their
 * partitions back, and these stand still for that long, though all is well by then.
 */
const SLOW_MS = 20_000;

/** SIGTERM while handlers run for longer than SHUTDOWN_TIMEOUT_SEC: exit code 1, and what still ran comes again. */
export const scenario: Scenario = {
  name: 'terminate-past-deadline',
  forwards: true,
  recordsPerSec: 150,
  rounds: 2,
  env: { FORWARD_TIMEOUT_SEC: '50', SHUTDOWN_TIMEOUT_SEC: '2' },
  moments: ['load', 'rebalance'],
  async inject(cell) {
    let slow = 0;
    cell.target?.answerWith((eventId) => {
      if (!/[05]7$/.test(eventId)) return { status: 204 };
      slow += 1;
      return { status: 204, delayMs: SLOW_MS };
    });
    if (!(await until(() => slow >= 20, 30_000))) return;
    const [victim] = await busiest(cell);
    if (victim === undefined) return;
    await cell.terminate(victim, 1);
    cell.did('terminate');
  },
  async heal(cell) {
    cell.target?.answerWith(() => ({ status: 204 }));
  },
  happened: (tally) => tally.of('terminate') > 0,
};

/** Those that have more under way than comes and goes in a moment, the busiest first: they wait for slow answers. */
async function busiest(cell: Cell): Promise<ConsumerProcess[]> {
  const counted = await Promise.all(
    cell.running().map(async (consumer) => ({ consumer, underWay: await underWayOf(consumer) })),
  );
  return counted
    .filter(({ underWay }) => underWay > 2)
    .toSorted((a, b) => b.underWay - a.underWay)
    .map(({ consumer }) => consumer);
}

async function underWayOf(consumer: ConsumerProcess): Promise<number> {
  const { text } = await consumer.get('/metrics');
  return Number(/^consumer_records_in_flight (\d+)$/m.exec(text)?.[1]);
}
