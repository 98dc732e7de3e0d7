import { until } from '../cell/until.ts';
import type { Scenario } from '../scenario.ts';

/** A consumer is started on a port that another has: it ends with exit code 1, and the others do not notice. */
export const scenario: Scenario = {
  name: 'port-taken',
  rounds: 2,
  consumers: 2,
  moments: ['load', 'rebalance'],
  async inject(cell, random) {
    const port = await random.pick(cell.running()).port();
    const started = cell.start('', { env: { METRICS_PORT: String(port) }, endsWith: 1 });
    if (await until(() => !started.running(), 60_000)) cell.did('port taken');
    else cell.complaints.push(`${started.name} runs although its port is taken`);
  },
  happened: (tally) => tally.of('port taken') > 0,
};
