import { outage } from '../cell/broker-actions.ts';
import type { Cell } from '../cell/cell.ts';
import { until } from '../cell/until.ts';
import type { Scenario } from '../scenario.ts';

/** Beyond the time, with these settings and as shipped, for which a client may be silent before a restart is asked for. */
const AWAY_MS = 120_000;
/** The outage is told to have lasted; the time in which each one has come to know of it is less. */
const TOLD_MS = 100_000;
const WRITES_AGAIN_WITHIN_MS = 60_000;
/** Behind the session, as each recovery. */
const GOES_ON_WITHIN_MS = 5_000;

/** Kafka is away for so long that silence would count as stuck: no restart is asked for, and all goes on by itself. */
export const scenario: Scenario = {
  name: 'broker-away-two-minutes',
  ownBrokers: true,
  rounds: 1,
  moments: ['load', 'rebalance'],
  async inject(cell) {
    await outage(cell, cell.cluster.nodes, AWAY_MS, () => askForHealth(cell));
    await goesOn(cell);
  },
  happened: (tally) => tally.of('outage noticed') > 0 && tally.of('outage told with its time') > 0,
};

/** Each one is healthy, is not ready, and says since when. */
async function askForHealth(cell: Cell): Promise<void> {
  for (const consumer of cell.running()) {
    const [live, ready] = await Promise.all([consumer.get('/healthz'), consumer.get('/readyz')]);
    const { kafkaDownSince } = JSON.parse(ready.text) as { kafkaDownSince?: string | null };
    const downMs = Date.now() - Date.parse(kafkaDownSince ?? '');
    if (live.status === 200 && ready.status === 503 && downMs > TOLD_MS)
      cell.did('outage told with its time');
    else
      cell.complaints.push(
        `${consumer.name} in an outage of two minutes: ${live.status} ${live.text}, ${ready.status} ${ready.text}`,
      );
  }
}

/** Once there is something to do again, each one does some of it. */
async function goesOn(cell: Cell): Promise<void> {
  const { writer } = cell;
  const written = writer.placed.length;
  if (!(await until(() => writer.placed.length > written, WRITES_AGAIN_WITHIN_MS)))
    cell.complaints.push('nothing could be written after the outage');
  const before = cell.running().map((consumer) => ({ consumer, handled: consumer.count('H') }));
  const waits = () => before.filter(({ consumer, handled }) => consumer.count('H') === handled);
  if (!(await until(() => waits().length === 0, cell.policy.sessionMs + GOES_ON_WITHIN_MS)))
    for (const { consumer } of waits())
      cell.complaints.push(`${consumer.name} handled nothing within a session and 5 s of the outage`);
}
