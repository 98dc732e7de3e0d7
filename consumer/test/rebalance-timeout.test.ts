import { expect, test } from 'vitest';
import { rebalanceTimeoutMs } from '../src/rebalance-timeout.ts';

test('a rebalance waits for a minute, and never less than the session', () => {
  expect([6_000, 60_000, 900_000].map(rebalanceTimeoutMs)).toEqual([60_000, 60_000, 900_000]);
});
