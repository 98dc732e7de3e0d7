import { killOne } from '../cell/actions.ts';
import type { Scenario } from '../scenario.ts';

/** kill -9 of any consumer, while records come or none do. */
export const scenario: Scenario = {
  name: 'kill-under-load',
  ci: true,
  moments: ['load', 'load', 'load', 'idle'],
  inject: killOne,
  happened: (tally) => tally.of('kill') > 0,
};
