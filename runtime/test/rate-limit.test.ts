import { expect, test } from 'vitest';
import { createFaultLog } from '../src/rate-limit.ts';

function faultLog() {
  const lines: string[] = [];
  let now = 0;
  const log = createFaultLog({ intervalMs: 1_000, nowMs: () => now });
  return {
    lines,
    fault: (ms: number, key: string): void => {
      now = ms;
      log.fault(key, (suppressed) => lines.push(`${key} ${suppressed}`));
    },
    recovered: (ms: number, key: string): void => {
      now = ms;
      log.recovered(key, ({ lastedMs, times }) => lines.push(`${key} over ${lastedMs} ${times}`));
    },
  };
}

test('the first is written at once, then one an interval with the count of the others', () => {
  const { lines, fault } = faultLog();
  for (const ms of [0, 1, 999, 1_000, 1_001, 2_000]) fault(ms, 'down');
  expect(lines).toEqual(['down 0', 'down 2', 'down 1']);
});

test('keys do not hide each other', () => {
  const { lines, fault } = faultLog();
  fault(0, 'a');
  fault(1, 'b');
  expect(lines).toEqual(['a 0', 'b 0']);
});

test('recovery is written once, and the next fault is a first one', () => {
  const { lines, fault, recovered } = faultLog();
  recovered(0, 'a');
  fault(10, 'a');
  fault(20, 'a');
  recovered(50, 'a');
  recovered(60, 'a');
  fault(70, 'a');
  expect(lines).toEqual(['a 0', 'a over 40 2', 'a 0']);
});
