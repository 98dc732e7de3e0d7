import { setTimeout as pause } from 'node:timers/promises';
import { allowFiles, denyFiles } from '../cell/file-limit.ts';
import type { ConsumerProcess } from '../cell/consumer-process.ts';
import { countMarks } from '../cell/moments.ts';
import { proxyOf } from '../cell/network-faults.ts';
import { until } from '../cell/until.ts';
import { nowUs } from '../preload/ledger-line.ts';
import type { Scenario } from '../scenario.ts';

const GO_ON_TIMEOUT_MS = 60_000;

/**
 * All connections to the brokers are cut, and no file and no connection can be opened any more: EMFILE at each try, for
 * less than the session and for longer. Consumers wait, and go on as soon as the limit is raised.
 */
export const scenario: Scenario = {
  name: 'files-limited',
  proxied: true,
  poisonRatio: 0.1,
  rounds: 3,
  moments: ['load', 'idle', 'rebalance'],
  async inject(cell, random) {
    const consumers = cell.running();
    // One that starts up must have its files.
    await cell.refill();
    const refused = consumers.map(refusals);
    const fromUs = nowUs();
    for (const consumer of consumers) denyFiles(consumer);
    proxyOf(cell).cutAll();
    await pause(random.whole(2_000, 10_000));
    consumers.forEach((consumer, at) => {
      if (refusals(consumer) > (refused[at] ?? 0)) cell.did('EMFILE');
    });
    const before = countMarks(cell, 'A');
    const toUs = nowUs();
    for (const consumer of consumers.filter((one) => one.running())) {
      allowFiles(consumer);
      consumer.wasCutOff(fromUs, toUs);
    }
    cell.writer.resume();
    if (await until(() => countMarks(cell, 'A') > before, GO_ON_TIMEOUT_MS)) cell.did('went on');
    else cell.complaints.push('nothing was committed for a minute after files could be opened again');
  },
  happened: (tally) => tally.of('EMFILE') > 0 && tally.of('went on') > 0,
};

/** How often it has said that it could not connect for want of a descriptor. */
const refusals = (consumer: ConsumerProcess): number => consumer.output().split('EMFILE').length - 1;
