import { until } from '../cell/until.ts';
import type { Scenario } from '../scenario.ts';

/** The target refuses connections or answers 503 to all for a while: not ready, no letter, nothing twice. */
export const scenario: Scenario = {
  name: 'target-away',
  forwards: true,
  recordsPerSec: 150,
  rounds: 4,
  moments: ['load'],
  async inject(cell, random) {
    const refuses = random.next() < 0.5;
    const away = cell.times.away('target');
    if (refuses) await cell.target?.shut();
    else cell.target?.answerWith(() => ({ status: 503 }));
    const [consumer] = cell.running();
    const notReady = async () => (await consumer?.get('/readyz'))?.status === 503;
    if (await until(() => notReady().catch(() => false), 30_000)) cell.did('target away');
    else cell.complaints.push('the consumer was ready while its target was away');
    await away.back(async () => {
      if (refuses) await cell.target?.reopen();
      cell.target?.answerWith(() => ({ status: 204 }));
    });
  },
  happened: (tally) => tally.of('target away') > 0,
};
