import { setTimeout as pause } from 'node:timers/promises';
import type { Scenario } from '../scenario.ts';

/** A consumer is started while Kafka is away, and comes to its work when Kafka does. */
export const scenario: Scenario = {
  name: 'start-without-broker',
  ownBrokers: true,
  rounds: 2,
  consumers: 2,
  moments: ['load', 'idle'],
  async inject(cell, random) {
    const [node] = cell.cluster.nodes;
    const outage = cell.times.away('kafka');
    await node?.kill();
    await random.pick(cell.running()).kill();
    cell.did('kill');
    const started = cell.start();
    await pause(random.whole(2_000, 8_000));
    if (started.running()) cell.did('start without broker');
    await outage.back(async () => await node?.restart());
  },
  happened: (tally) => tally.of('start without broker') > 0,
};
