import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createCommitWatch } from '../../src/kafkajs/commit-watch.ts';
import { KafkaFaultError, makeFault } from '../../src/kafkajs/errors.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function rig() {
  const told: string[] = [];
  const watch = createCommitWatch({
    heard: (peer) => void told.push(`${peer} heard`),
    failed: (peer) => void told.push(`${peer} failed`),
  });
  const fail = (type: string, retriable: boolean) =>
    watch.failed(new KafkaFaultError(makeFault(type, 'no', { retriable })));
  return { watch, told, fail };
}

test.each([
  ['TOPIC_AUTHORIZATION_FAILED', false, ['commits failed']],
  ['NOT_COORDINATOR_FOR_GROUP', true, []],
  ['OFFSET_METADATA_TOO_LARGE', false, []],
  ['ILLEGAL_GENERATION', false, []],
  ['REBALANCE_IN_PROGRESS', true, []],
])('a commit that fails with %s (retriable: %s) is told at once: %s', (type, retriable, expected) => {
  const { told, fail } = rig();
  fail(type, retriable);
  expect(told).toEqual(expected);
});

test('what another try may mend is told where none has for long', () => {
  const { watch, told, fail } = rig();
  fail('REQUEST_TIMED_OUT', true);
  vi.advanceTimersByTime(14_000);
  watch.begin();
  fail('REQUEST_TIMED_OUT', true);
  vi.advanceTimersByTime(14_000);
  fail('REQUEST_TIMED_OUT', true);
  expect(told).toEqual(['group heard', 'commits heard']);
  vi.advanceTimersByTime(1_000);
  fail('REQUEST_TIMED_OUT', true);
  expect(told).toEqual(['group heard', 'commits heard', 'commits failed']);
});
