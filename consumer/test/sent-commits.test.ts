import { expect, test } from 'vitest';
import { OwnedPartition } from '../src/receive.ts';
import { emptyRoom } from '../src/room.ts';
import { SentCommits } from '../src/sent-commits.ts';

test('ours is the last acknowledged commit, and each that was sent since', () => {
  const commits = new SentCommits(null, '');
  expect(commits.isOwn(null, '')).toBe(true);
  commits.sending(5, '');
  expect([commits.isOwn(null, ''), commits.isOwn(5, ''), commits.isOwn(4, '')]).toEqual([true, true, false]);
  commits.acknowledged(5, '');
  expect([commits.isOwn(null, ''), commits.isOwn(5, '')]).toEqual([false, true]);
  commits.sending(7, 'settled-v1:AAA=');
  expect([commits.isOwn(7, 'settled-v1:AAA='), commits.isOwn(7, '')]).toEqual([true, false]);
});

test('one without an answer can come into force behind a later one, until the next generation', () => {
  const commits = new SentCommits(3, '');
  commits.sending(5, '');
  commits.sending(7, '');
  commits.acknowledged(7, '');
  expect([commits.isOwn(5, ''), commits.isOwn(7, ''), commits.isOwn(3, '')]).toEqual([true, true, false]);
});

test('one without an answer stays known although the same was sent again, and acknowledged', () => {
  const commits = new SentCommits(null, '');
  for (const offset of [1, 1, 2]) commits.sending(offset, '');
  commits.acknowledged(2, '');
  expect({ isOwn: commits.isOwn(1, ''), isInDoubt: commits.isInDoubt }).toEqual({
    isOwn: true,
    isInDoubt: true,
  });
  const again = new SentCommits(2, '');
  again.sending(2, '');
  expect(again.isInDoubt).toBe(false);
  again.sending(3, '');
  again.acknowledged(3, '');
  expect({ isOwn: again.isOwn(2, ''), isInDoubt: again.isInDoubt }).toEqual({ isOwn: true, isInDoubt: true });
});

test('of those without an answer the newest are known, however long none is taken', () => {
  const commits = new SentCommits(null, '');
  for (let offset = 1; offset <= 10_000; offset += 1) commits.sending(offset, '');
  expect([commits.isOwn(1, ''), commits.isOwn(9_800, ''), commits.isOwn(10_000, '')]).toEqual([
    false,
    true,
    true,
  ]);
  expect(commits.isInDoubt).toBe(true);
});

test('a commit that overtook a later one moves nothing back: the partition goes on, and says again where it is', () => {
  const assigned = { topic: 't', partition: 0, committed: 5, metadata: '' };
  const partition = new OwnedPartition(assigned, {
    room: emptyRoom(),
    arrived: () => undefined,
    gone: () => undefined,
  });
  partition.sentCommits.sending(6, '');
  partition.progress.reach(9);
  partition.sentCommits.sending(9, '');
  partition.sentCommits.acknowledged(9, '');
  partition.committed = 9;
  expect(partition.committable()).toBeNull();
  const again = { ...assigned, committed: 6 };
  expect(partition.tryGoOn(again)).toBe(true);
  expect(partition.committable()?.offset).toBe(9);
  expect(partition.tryGoOn({ ...assigned, committed: 9 })).toBe(false);
});

test('a partition that comes back after a cut does not go on from before what another owner has committed', () => {
  const assigned = { topic: 't', partition: 0, committed: 344, metadata: '' };
  const receive = { room: emptyRoom(), arrived: () => undefined, gone: () => undefined };
  const partition = new OwnedPartition(assigned, receive);
  // It was refused: another member had the partition by then, and committed less far, with what it settled above.
  partition.sentCommits.sending(364, '');
  expect(partition.tryGoOn({ ...assigned, committed: 345, metadata: 'settled-v1:AAA=' })).toBe(false);
  expect(partition.tryGoOn({ ...assigned, committed: 345 })).toBe(false);
  expect(partition.tryGoOn({ ...assigned, committed: 364 })).toBe(true);
  expect(new OwnedPartition(assigned, receive).tryGoOn(assigned)).toBe(true);
});

test('a commit for a log that is gone, which was not answered, is in doubt in the log that followed it', () => {
  const assigned = { topic: 't', partition: 0, committed: 5, metadata: '' };
  const options = { room: emptyRoom(), arrived: () => undefined, gone: () => undefined };
  const partition = new OwnedPartition(assigned, options);
  partition.gone(5, 0);
  expect(partition.sentCommits.isInDoubt).toBe(false);
  partition.sentCommits.sending(9, '');
  partition.gone(9, 0);
  expect(partition.sentCommits.isInDoubt).toBe(true);
  expect(partition.progress.committable().offset).toBe(0);
});
