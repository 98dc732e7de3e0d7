import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { KafkaCluster } from '../../src/kafkajs/cluster.ts';
import { createLayoutWatch } from '../../src/kafkajs/layout-watch.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A watch over one topic with so many partitions, which can be asked for or not. */
function rig(dealt: ReadonlyMap<string, readonly number[]> | null = new Map([['t', [0, 1]]])) {
  const asked: string[] = [];
  const kafka = { partitions: 2, leader: 1, isAway: false };
  const cluster = {
    topicPartitions: () =>
      Array.from({ length: kafka.partitions }, (_, partition) => ({ partition, leader: kafka.leader })),
    addTargetTopics: async (topics: string[]) => void asked.push(...topics),
    refreshMetadata: async () => {
      if (kafka.isAway) throw new Error('away');
    },
  } as unknown as KafkaCluster;
  const changes: boolean[] = [];
  let steps = 0;
  const over = new AbortController();
  const watch = createLayoutWatch({
    clusterNow: () => cluster,
    topics: ['t'],
    checkTopics: async () => undefined,
    failed: () => undefined,
  });
  const watching = watch.watchUntil(over.signal, dealt, {
    looked: (isChanged) => void changes.push(isChanged),
    passed: () => void (steps += 1),
  });
  const end = async () => {
    over.abort();
    await watching;
  };
  return { kafka, asked, changes, steps: () => steps, watch, end };
}

test('partitions that were added are a change; what cannot be asked for is none', async () => {
  const { kafka, changes, end } = rig();
  await vi.advanceTimersByTimeAsync(30_000);
  kafka.isAway = true;
  kafka.partitions = 0;
  await vi.advanceTimersByTimeAsync(2_000);
  kafka.isAway = false;
  kafka.partitions = 3;
  await vi.advanceTimersByTimeAsync(30_000);
  await end();
  expect(changes).toEqual([false, false, true]);
});

test('between the looks it is said every two seconds that the layout may be known anew', async () => {
  const { changes, steps, end } = rig();
  await vi.advanceTimersByTimeAsync(28_000);
  await end();
  expect([steps(), changes]).toEqual([14, []]);
});

test('a topic without a layout is missing until it has one', async () => {
  const { kafka, watch, end } = rig();
  kafka.partitions = 0;
  await vi.advanceTimersByTimeAsync(30_000);
  expect(watch.missingTopics()).toEqual(['t']);
  kafka.partitions = 2;
  await vi.advanceTimersByTimeAsync(2_000);
  expect(watch.missingTopics()).toEqual([]);
  await end();
});

test('a partition without a leader, as anyone has learnt it, is asked for at once and again until it has one', async () => {
  const { kafka, changes, end } = rig();
  await vi.advanceTimersByTimeAsync(9_000);
  kafka.leader = -1;
  await vi.advanceTimersByTimeAsync(5_000);
  expect(changes).toEqual([false, false, false]);
  kafka.leader = 1;
  await vi.advanceTimersByTimeAsync(20_000);
  expect(changes).toHaveLength(3);
  await end();
});

test('the layout is compared with what was dealt, be it older than the first look; who has not dealt deals not anew', async () => {
  const ofALaggingBroker = new Map([['t', [0]]]);
  for (const [dealt, expected] of [
    [ofALaggingBroker, true],
    [null, false],
  ] as const) {
    const { changes, end } = rig(dealt);
    await vi.advanceTimersByTimeAsync(30_000);
    await end();
    expect(changes).toEqual([expected]);
  }
});

test('topics that were dealt to others are asked for as well', async () => {
  const { asked, changes, end } = rig(
    new Map([
      ['t', [0, 1]],
      ['u', [0, 1]],
    ]),
  );
  await vi.advanceTimersByTimeAsync(30_000);
  await end();
  expect({ asked, changes }).toEqual({ asked: ['u'], changes: [false] });
});
