import { cutOffWays, type CutOff } from '../cell/cut-off.ts';
import type { Scenario } from '../scenario.ts';

const SHORT_MS = 3_000;
/** Beyond the time-outs of requests. */
const STALLED_MS = 4_000;
const LONG_MS = 15_000;

const away = (name: string, how: CutOff, awayMs: number): Scenario => ({
  name: `network-away-${name}`,
  proxied: true,
  rounds: 3,
  moments: ['load', 'idle', 'rebalance'],
  inject: (cell) => cutOffWays(cell, () => true, how, awayMs),
  happened: (tally) => tally.of(`cut off: ${how}`) > 0,
});

/** All consumers are cut off at once, for less than their session and for longer; the brokers and the writer are not. */
export const scenarios: Scenario[] = [
  away('refused', 'refused', SHORT_MS),
  away('silent', 'silent', SHORT_MS),
  away('stalled', 'stalled', STALLED_MS),
  away('refused-beyond-session', 'refused', LONG_MS),
  away('silent-beyond-session', 'silent', LONG_MS),
  away('stalled-beyond-session', 'stalled', LONG_MS),
];
