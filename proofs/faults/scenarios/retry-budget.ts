import { killOne, terminateOne } from '../cell/actions.ts';
import type { Scenario } from '../scenario.ts';

/** The answers that spend an attempt each. */
const statuses = [500, 408, 425, 501, 599] as const;

/** Some events fail for ever: 1 + MAX_RETRIES attempts with their waits, a letter, and nothing for the others. */
export const scenario: Scenario = {
  name: 'retry-budget',
  forwards: true,
  fails: (eventId) => (/[05]3$/.test(eventId) ? (statuses[Number(eventId.at(-3)) % 5] ?? 500) : null),
  recordsPerSec: 150,
  moments: ['load', 'rebalance'],
  inject: (cell, random) => random.pick([killOne, terminateOne])(cell, random),
  happened: (tally) => tally.of('kill') + tally.of('terminate') > 0,
};
