import { expect, test } from 'vitest';
import { createRegistry } from '../src/metrics.ts';

test('two services in one process do not share a registry, and each has the process metrics', async () => {
  const [one, other] = [createRegistry(), createRegistry()];
  expect(one).not.toBe(other);
  expect(await one.metrics()).toContain('process_cpu_seconds_total');
  expect(await other.metrics()).toContain('nodejs_eventloop_lag_seconds');
});
