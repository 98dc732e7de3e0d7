import type { GroupConsumer } from '@event-pipeline/runtime/kafkajs/group-types.ts';
import { sleep } from '@event-pipeline/runtime/sleep.ts';
import type { Logger } from 'pino';
import type { LagMonitor } from './lag.ts';
import type { OwnedPartition } from './receive.ts';

/** One INFO line "health" at each interval, until `signal` aborts. */
export async function keepHealthLines(
  options: {
    readonly group: Pick<GroupConsumer, 'status'>;
    readonly topics: readonly string[];
    readonly owned: () => Iterable<OwnedPartition>;
    readonly lag: LagMonitor;
    /** Handlers that run. */
    readonly inFlight: () => number;
    /** Records that wait for another attempt. */
    readonly retrying: () => number;
    readonly intervalMs: number;
    readonly log: Logger;
  },
  signal: AbortSignal,
): Promise<void> {
  const { lag, topics, log } = options;
  while (await sleep(options.intervalMs, signal)) {
    const { phase, outage } = options.group.status();
    const owned = [...options.owned()];
    log.info(
      {
        connected: outage === null && phase === 'member',
        topics,
        partitions: owned.map(({ name }) => name),
        lag: owned.reduce((total, partition) => total + (lag.lagOf(partition) ?? 0), 0),
        inFlight: options.inFlight(),
        retrying: options.retrying(),
        held: owned.filter(({ held }) => held !== null).length,
      },
      'health',
    );
  }
}
