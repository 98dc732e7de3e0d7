import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createCommitWatch } from '../../src/kafkajs/commit-watch.ts';
import type { Peer } from '../../src/kafkajs/contact.ts';
import type { Outage } from '../../src/kafkajs/group-types.ts';
import { KafkaFaultError, makeFault } from '../../src/kafkajs/errors.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function rig() {
  const told: string[] = [];
  const away = new Map<Peer, Outage>();
  const watch = createCommitWatch({
    heard: (peer) => void told.push(`${peer} heard`),
    failed: (peer) => void told.push(`${peer} failed`),
    away: () => away,
  });
  const fail = (type: string, retriable: boolean) =>
    watch.failed(new KafkaFaultError(makeFault(type, 'no', { retriable })));
  return { watch, told, fail, away };
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

test('while the group is away, commits that fail tell nothing more; what fails behind that counts anew', () => {
  const { told, fail, away } = rig();
  fail('NETWORK', true);
  away.set('group', { sinceMs: 0, reason: 'refused' });
  vi.advanceTimersByTime(60_000);
  fail('NETWORK', true);
  away.clear();
  fail('NETWORK', true);
  expect(told).toEqual([]);
  vi.advanceTimersByTime(15_000);
  fail('NETWORK', true);
  expect(told).toEqual(['commits failed']);
});
