import { until } from '../cell/until.ts';
import type { Scenario } from '../scenario.ts';

const RETRY_AFTER_SEC = 3;
const OPEN_MS = 1_000;

/** The target answers 429 and says when to come again: a consumer keeps still until then, and writes no letter. */
export const scenario: Scenario = {
  name: 'target-limits',
  forwards: true,
  consumers: 1,
  recordsPerSec: 150,
  rounds: 3,
  moments: ['load', 'idle'],
  async inject(cell) {
    cell.writer.resume();
    let firstMs = 0;
    let early = 0;
    let again = 0;
    cell.target?.answerWith(() => {
      const sinceMs = firstMs === 0 ? 0 : performance.now() - firstMs;
      if (firstMs === 0) firstMs = performance.now();
      // Those that were on their way as it answered first are none of its asking.
      if (sinceMs > OPEN_MS && sinceMs < RETRY_AFTER_SEC * 1_000 - 50) early += 1;
      if (sinceMs >= RETRY_AFTER_SEC * 1_000 - 50) again += 1;
      return { status: 429, retryAfterSec: RETRY_AFTER_SEC };
    });
    if (await until(() => again > 0, 30_000)) cell.did('came again');
    if (early > 0) cell.complaints.push(`${early} requests came before the time that Retry-After gave`);
  },
  async heal(cell) {
    cell.target?.answerWith(() => ({ status: 204 }));
  },
  happened: (tally) => tally.of('came again') > 0,
};
