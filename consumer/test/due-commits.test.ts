import type {
  AssignedPartition,
  CommitAnswer,
  CommitEntry,
  CommitResult,
} from '@event-pipeline/runtime/kafkajs/group-types.ts';
import { expect, test } from 'vitest';
import { createCommitter } from '../src/commit.ts';
import { OwnedPartition } from '../src/receive.ts';
import { emptyRoom } from '../src/room.ts';
import { Settled } from '../src/settled.ts';
import { createStats } from '../src/stats.ts';

const assigned: AssignedPartition = { topic: 't', partition: 0, committed: 0, metadata: '' };

/** A partition whose records settle in order, and a group that answers a commit when it is told to. */
function committing() {
  const stats = createStats(['t'], []);
  const partition = new OwnedPartition(assigned, {
    room: emptyRoom(),
    arrived: () => undefined,
    gone: () => undefined,
  });
  const apart = { until: Promise.resolve() };
  const commits: { offset: number | undefined; answer: (result?: CommitResult) => void }[] = [];
  const committer = createCommitter({
    group: {
      commit: async (entries: readonly CommitEntry[]) => {
        const { promise, resolve } = Promise.withResolvers<CommitAnswer>();
        const answer = (result: CommitResult = 'acknowledged') =>
          resolve({ result, taken: result === 'acknowledged' ? entries : [] });
        commits.push({ offset: entries[0]?.offset, answer });
        return await promise;
      },
    },
    owned: () => [partition],
    linesWritten: () => null,
    intervalMessages: 100,
    intervalMs: 1_000_000,
    apart: () => apart.until,
    stats,
  });
  function settle(count: number): void {
    for (let n = 0; n < count; n += 1) {
      partition.progress.settleNext(partition.progress.through, 0, Settled.byHandler);
      stats.topic('t').handled += 1;
    }
    committer.settled();
  }
  const turn = async () => await new Promise((resolve) => setImmediate(resolve));
  return { commits, committer, apart, settle, turn };
}

test('what becomes due while a commit is under way is committed behind it, though no record comes any more', async () => {
  const { commits, settle, turn } = committing();
  settle(100);
  await turn();
  settle(150);
  settle(99);
  await turn();
  expect(commits.map(({ offset }) => offset)).toEqual([100]);
  commits[0]?.answer();
  await turn();
  expect(commits.map(({ offset }) => offset)).toEqual([100, 349]);
});

test('what is not due waits for more, or for its time', async () => {
  const { commits, settle, turn } = committing();
  settle(100);
  await turn();
  settle(99);
  commits[0]?.answer();
  await turn();
  expect(commits).toHaveLength(1);
  settle(1);
  await turn();
  expect(commits.map(({ offset }) => offset)).toEqual([100, 200]);
});

test('commits that are due one after another are kept apart; a flush waits for nothing', async () => {
  const { commits, committer, apart, settle, turn } = committing();
  const { promise, resolve } = Promise.withResolvers<void>();
  apart.until = promise;
  settle(100);
  await turn();
  commits[0]?.answer();
  settle(100);
  settle(100);
  await turn();
  expect(commits).toHaveLength(1);
  resolve();
  await turn();
  expect(commits.map(({ offset }) => offset)).toEqual([100, 300]);
  apart.until = new Promise(() => undefined);
  commits[1]?.answer();
  await turn();
  settle(5);
  const flushed = committer.flush(10_000);
  await turn();
  commits[2]?.answer();
  expect(await flushed).toBe(true);
  expect(commits.map(({ offset }) => offset)).toEqual([100, 300, 305]);
});

test('what becomes due behind a commit that came to nothing is committed too, though no record comes any more', async () => {
  const { commits, apart, settle, turn } = committing();
  const { promise, resolve } = Promise.withResolvers<void>();
  apart.until = promise;
  settle(100);
  await turn();
  commits[0]?.answer('refused');
  await turn();
  settle(100);
  resolve();
  await turn();
  expect(commits.map(({ offset }) => offset)).toEqual([100, 200]);
});
