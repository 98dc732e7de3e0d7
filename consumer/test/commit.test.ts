import type { CommitEntry, CommitAnswer, CommitResult } from '@event-pipeline/runtime/kafkajs/group-types.ts';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { createCommitter } from '../src/commit.ts';
import { OwnedPartition } from '../src/receive.ts';
import { emptyRoom } from '../src/room.ts';
import { Settled } from '../src/settled.ts';
import { createStats } from '../src/stats.ts';

/** Partitions of `t`, a committer that is due at every second record, and commits that the test answers. */
function rig(intervalMessages = 2, intervalMs = 60_000) {
  const room = emptyRoom();
  const receive = { room, arrived: () => undefined, gone: () => undefined };
  const partitionOf = (partition: number) =>
    new OwnedPartition({ topic: 't', partition, committed: 0, metadata: '' }, receive);
  const owned = [partitionOf(0), partitionOf(1)] as [OwnedPartition, OwnedPartition];
  const stats = createStats(['t'], []);
  const sent: {
    entries: readonly CommitEntry[];
    answer: (result: CommitResult, taken?: readonly CommitEntry[]) => void;
  }[] = [];
  const lines = { written: null as Promise<void> | null };
  const committer = createCommitter({
    group: {
      commit: (entries) => {
        const { promise, resolve } = Promise.withResolvers<CommitAnswer>();
        const answer = (result: CommitResult, taken = result === 'acknowledged' ? entries : []) =>
          resolve({ result, taken });
        sent.push({ entries, answer });
        return promise;
      },
    },
    owned: () => owned,
    linesWritten: () => lines.written,
    intervalMessages,
    intervalMs,
    apart: async () => undefined,
    stats,
  });
  const settle = (partition: OwnedPartition, offset: number): void => {
    partition.progress.settleNext(offset, 0, Settled.byHandler);
    stats.topic('t').handled += 1;
    committer.settled();
  };
  const offsets = () => sent.map(({ entries }) => entries.map((e) => `${e.partition}:${e.offset}`));
  return { owned, stats, sent, lines, committer, settle, offsets };
}

test('a commit is due after so many records over all partitions; one at a time, and the next takes all', async () => {
  const { owned, sent, settle, offsets } = rig();
  settle(owned[0], 0);
  await turn();
  expect(offsets()).toEqual([]);
  settle(owned[1], 0);
  await turn();
  expect(offsets()).toEqual([['0:1', '1:1']]);
  for (const offset of [1, 2, 3, 4]) settle(owned[0], offset);
  await turn();
  expect(sent).toHaveLength(1);
  sent[0]?.answer('acknowledged');
  await turn();
  expect(offsets()).toEqual([['0:1', '1:1'], ['0:5']]);
  expect(owned.map(({ committed }) => committed)).toEqual([1, 1]);
});

test('no position goes out before the lines of its records are written', async () => {
  const { owned, lines, settle, offsets } = rig();
  const { promise, resolve } = Promise.withResolvers<void>();
  lines.written = promise;
  settle(owned[0], 0);
  settle(owned[0], 1);
  await turn();
  expect(offsets()).toEqual([]);
  resolve();
  await turn();
  expect(offsets()).toEqual([['0:2']]);
});

test('a partition that is lost while lines are written is left out', async () => {
  const { owned, lines, settle, offsets } = rig();
  const { promise, resolve } = Promise.withResolvers<void>();
  lines.written = promise;
  settle(owned[0], 0);
  settle(owned[1], 0);
  await turn();
  owned.shift();
  resolve();
  await turn();
  expect(offsets()).toEqual([['1:1']]);
});

test.each(['unknown', 'refused'] as const)(
  '%s is no acknowledgement, but the position may be this member’s own',
  async (result) => {
    const { owned, stats, sent, settle } = rig();
    settle(owned[0], 0);
    settle(owned[0], 1);
    await turn();
    sent[0]?.answer(result);
    await turn();
    expect(owned[0].committed).toBe(0);
    expect(owned[0].tryGoOn({ topic: 't', partition: 0, committed: 2, metadata: '' })).toBe(true);
    expect(stats.commits).toMatchObject({ acknowledged: 0, [result]: 1 });
  },
);

test('where one partition is refused, the others that were taken are committed', async () => {
  const { owned, stats, sent, settle, offsets } = rig();
  settle(owned[0], 0);
  settle(owned[1], 0);
  await turn();
  sent[0]?.answer('refused', sent[0].entries.slice(1));
  await turn();
  expect(owned.map(({ committed }) => committed)).toEqual([0, 1]);
  expect(stats.commits).toMatchObject({ acknowledged: 0, refused: 1 });
  settle(owned[1], 1);
  settle(owned[1], 2);
  await turn();
  expect(offsets().at(-1)).toEqual(['0:1', '1:3']);
});

test('what was not even sent counts as no commit', async () => {
  const { stats, sent, owned, settle } = rig();
  settle(owned[0], 0);
  settle(owned[0], 1);
  await turn();
  sent[0]?.answer('unsent');
  await turn();
  expect(stats.commits).toEqual({ acknowledged: 0, unknown: 0, refused: 0 });
});

test('where the broker finds the metadata too large, positions go alone from then on', async () => {
  const { owned, stats, sent, committer } = rig(1_000);
  owned[0].progress.begin(0, 0);
  owned[0].progress.settleNext(1, 0, Settled.byHandler);
  const flushed = committer.flush(10_000);
  await turn();
  expect(sent[0]?.entries[0]).toMatchObject({ offset: 0, metadata: expect.stringContaining('settled-v1:') });
  sent[0]?.answer('metadata-too-large');
  await expect.poll(() => sent.length).toBe(2);
  expect(stats.commits.refused).toBe(1);
  expect(sent[1]?.entries[0]).toMatchObject({ offset: 0, metadata: '' });
  sent[1]?.answer('acknowledged');
  expect(await flushed).toBe(true);
});

test('where even so it is too large, the topic’s id is kept for as long as it fits: it tells an old log from this one', async () => {
  const { owned, sent, committer, settle } = rig(1_000);
  owned[0].topicId = 'f'.repeat(32);
  owned[0].progress.begin(0, 0);
  owned[0].progress.begin(1, 0);
  owned[0].progress.settle(1, Settled.byHandler);
  settle(owned[1], 0);
  const flushed = committer.flush(10_000);
  const metadata = () => sent.at(-1)?.entries[0]?.metadata;
  await turn();
  expect(metadata()).toContain('settled-v1:');
  sent.at(-1)?.answer('metadata-too-large');
  await expect.poll(() => sent.length).toBe(2);
  expect(metadata()).toBe(`;topic-id:${'f'.repeat(32)}`);
  sent.at(-1)?.answer('metadata-too-large');
  await expect.poll(() => sent.length).toBe(3);
  expect(metadata()).toBe('');
  sent.at(-1)?.answer('acknowledged');
  expect(await flushed).toBe(true);
});

test('a flush tries until all is acknowledged, and says when it could not', async () => {
  const { owned, sent, committer, settle } = rig(1_000);
  settle(owned[0], 0);
  const flushed = committer.flush(10_000);
  await turn();
  sent[0]?.answer('unknown');
  await expect.poll(() => sent.length).toBe(2);
  sent[1]?.answer('acknowledged');
  expect(await flushed).toBe(true);
  settle(owned[0], 1);
  expect(await committer.flush(50)).toBe(false);
});

test('a flush behind a commit that gets no answer ends by its bound', async () => {
  const { owned, committer, settle } = rig();
  settle(owned[0], 0);
  settle(owned[0], 1);
  await turn();
  expect(await committer.flush(50)).toBe(false);
});

test('what an older commit may still replace is committed from time to time, and before the partition is given back', async () => {
  const { owned, sent, settle, committer, offsets } = rig(1, 1);
  const ended = new AbortController();
  settle(owned[0], 0);
  await turn();
  sent[0]?.answer('unknown');
  await turn();
  settle(owned[0], 1);
  await turn();
  sent[1]?.answer('acknowledged');
  const keeping = committer.keepTime(ended.signal);
  for (const next of [2, 3]) {
    await vi.waitFor(() => expect(sent).toHaveLength(next + 1));
    sent[next]?.answer('acknowledged');
  }
  ended.abort();
  await keeping;
  const flushed = committer.flush(1_000);
  await turn();
  // It is no reason to wait: nothing new is in it.
  sent[4]?.answer('unknown');
  expect(await flushed).toBe(true);
  expect(offsets()).toEqual([['0:1'], ['0:2'], ['0:2'], ['0:2'], ['0:2']]);
  expect(owned[0].tryGoOn({ topic: 't', partition: 0, committed: 2, metadata: '' })).toBe(true);
  expect(owned[0].sentCommits.isInDoubt).toBe(false);
});

test('a flush takes what is in doubt although another commit is under way, and the next one due', async () => {
  const { owned, sent, settle, committer, offsets } = rig(1);
  settle(owned[1], 0);
  await turn();
  sent[0]?.answer('unknown');
  await turn();
  settle(owned[1], 1);
  await turn();
  sent[1]?.answer('acknowledged');
  await turn();
  settle(owned[0], 0);
  await turn();
  settle(owned[0], 1);
  const flushed = committer.flush(1_000);
  for (const at of [2, 3]) {
    sent[at]?.answer('acknowledged');
    await turn();
  }
  expect(await flushed).toBe(true);
  expect(offsets().slice(2)).toEqual([['0:1'], ['0:2', '1:2']]);
});

test('keeping time ends with its signal, also behind a commit whose lines are never written', async () => {
  const { owned, lines, committer, settle } = rig(1_000, 1);
  const asked = Promise.withResolvers<void>();
  Object.defineProperty(lines, 'written', {
    get: () => {
      asked.resolve();
      return new Promise(() => undefined);
    },
  });
  settle(owned[0], 0);
  const ended = new AbortController();
  const keeping = committer.keepTime(ended.signal);
  await asked.promise;
  ended.abort();
  await expect(keeping).resolves.toBeUndefined();
});
