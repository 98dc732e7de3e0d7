import { setTimeout as pause } from 'node:timers/promises';
import { countMarks } from '../cell/moments.ts';
import { proxyOf } from '../cell/network-faults.ts';
import { until } from '../cell/until.ts';
import type { Scenario } from '../scenario.ts';

const LATENCY_MS = 200;
const SLOW_MS = 8_000;
const HANDLED_TIMEOUT_MS = 10_000;

/** Everything takes 200 ms, there and back again; work goes on all the same. */
export const scenario: Scenario = {
  name: 'network-slow',
  proxied: true,
  rounds: 3,
  moments: ['load', 'rebalance'],
  async inject(cell) {
    const proxy = proxyOf(cell);
    let late = 0;
    const judge = () => {
      late += 1;
      return pause(LATENCY_MS, 'pass' as const);
    };
    proxy.admit = judge;
    proxy.judge = judge;
    await pause(SLOW_MS);
    const before = countMarks(cell, 'H');
    if (!(await until(() => countMarks(cell, 'H') > before, HANDLED_TIMEOUT_MS)))
      cell.complaints.push(`nothing was handled for 10 s at ${LATENCY_MS} ms of latency`);
    if (late > 0) cell.did('slow');
    proxy.admit = () => 'pass';
    proxy.judge = () => 'pass';
  },
  happened: (tally) => tally.of('slow') > 0,
};
