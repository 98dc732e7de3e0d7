import { killOne, terminateOne } from '../cell/actions.ts';
import type { Scenario } from '../scenario.ts';

/** Some events fail for ever: 1 + MAX_RETRIES attempts with their waits, a letter, and nothing for the others. */
export const scenario: Scenario = {
  name: 'retry-budget',
  forwards: true,
  fails: (eventId) => /[05]3$/.test(eventId),
  recordsPerSec: 150,
  moments: ['load'],
  inject: (cell, random) => random.pick([killOne, terminateOne])(cell, random),
  happened: (tally) => tally.of('kill') + tally.of('terminate') > 0,
};
