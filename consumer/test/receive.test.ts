import { FetchedRecord } from '@event-pipeline/runtime/kafkajs/fetched-record.ts';
import { expect, test } from 'vitest';
import type { Delivery } from '../src/delivery.ts';
import { OwnedPartition } from '../src/receive.ts';
import { emptyRoom } from '../src/room.ts';
import { Settled } from '../src/settled.ts';

const MB = 1024 * 1024;

/** A partition with 5 committed; `told` is what it told of itself. */
function rig() {
  const room = emptyRoom();
  const told: string[] = [];
  const partition = new OwnedPartition(
    { topic: 't', partition: 0, committed: 5, metadata: '' },
    { room, arrived: () => told.push('arrived'), gone: (_, from, to) => told.push(`gone ${from}–${to}`) },
  );
  const deliver = (offsets: number[], nextOffset: number, sizeBytes = offsets.length): void => {
    // As in an answer of the broker, there are other bytes around them.
    const size = Math.trunc(sizeBytes / offsets.length);
    const answer = Buffer.alloc(8 + sizeBytes);
    const record = (offset: number, index: number) => {
      const [start, end] = [index * size, (index + 1) * size];
      return new FetchedRecord(offset, 0, answer, start, start, start, end, end, end, 0, null);
    };
    partition.deliver({
      topic: 't',
      partition: 0,
      errorCode: 0,
      highWatermark: nextOffset,
      lastStableOffset: nextOffset,
      logStartOffset: 0,
      preferredReadReplica: -1,
      records: offsets.map(record),
      nextOffset,
      sizeBytes,
      fault: null,
    });
  };
  /** Takes the next record out, and settles it. */
  const settleNext = (): void => {
    const offset = partition.inbox.peek()?.offset ?? -1;
    partition.shift();
    partition.progress.settleNext(offset, 0, Settled.byHandler);
    partition.reachEnd();
  };
  return { partition, room, told, deliver, settleNext };
}

test('complete up to the answer’s end, also where that lies beyond the last record, or there is none', () => {
  const { partition, deliver, settleNext } = rig();
  deliver([5, 6], 9);
  expect(partition.committable()).toBeNull();
  settleNext();
  expect(partition.committable()).toMatchObject({ offset: 6 });
  settleNext();
  expect(partition.committable()).toMatchObject({ offset: 9 });
  deliver([], 20);
  expect(partition.committable()).toMatchObject({ offset: 20 });
});

test('of a log that was cut back to its start the position is committed anew, once: the old one would come into range again', () => {
  const { partition, told } = rig();
  partition.gone(5, 0);
  expect(told).toEqual(['gone 5–5']);
  expect(partition.committable()).toMatchObject({ offset: 0, metadata: '' });
  Object.assign(partition, { committed: 0, committedRanges: '' });
  expect(partition.committable()).toBeNull();
});

test('of a log that was cut back the position is still to be taken back where the group gives an old one of our own', () => {
  const { partition } = rig();
  partition.sentCommits.sending(9, '');
  partition.gone(5, 0);
  expect(partition.tryGoOn({ topic: 't', partition: 0, committed: 9, metadata: '' })).toBe(true);
  expect(partition.committable()).toMatchObject({ offset: 0, metadata: '' });
});

test('of a topic that was made anew nothing is committed before something is settled: its id tells', () => {
  const { partition } = rig();
  partition.madeAnew('f'.repeat(32));
  expect(partition.committable()).toBeNull();
});

test('wants no more while its inbox, or all partitions together, hold too much', () => {
  const { partition, room, deliver, settleNext } = rig();
  deliver([5], 6, 2 * MB);
  expect(partition.wants()).toBe(false);
  settleNext();
  expect({ wants: partition.wants(), bytes: room.bytes }).toEqual({ wants: true, bytes: 0 });
  room.bytes = 24 * MB;
  expect(partition.wants()).toBe(false);
});

test('reads no further ahead of work that never ends, but on where what waits can’t be handed on', () => {
  const { partition, room, deliver, settleNext } = rig();
  const other = new OwnedPartition(
    { topic: 't', partition: 1, committed: 5, metadata: '' },
    { room, arrived: () => undefined, gone: () => undefined },
  );
  deliver([5], 6, 2 * MB);
  expect(other.wants()).toBe(true);
  room.isBusy = true;
  expect(other.wants()).toBe(false);
  settleNext();
  expect(other.wants()).toBe(true);
  deliver([6], 7, 2 * MB);
  expect(other.wants()).toBe(false);
  partition.release();
  expect({ wants: other.wants(), room }).toEqual({
    wants: true,
    room: { bytes: 0, waitingBytes: 0, isBusy: true },
  });
});

test('held: wants nothing until the last letter is written, and then says that it can go on', () => {
  const { partition, told } = rig();
  const [a, b] = [{}, {}] as [Delivery, Delivery];
  partition.hold(a, 'one');
  partition.hold(b, 'two');
  partition.unhold(a);
  expect({ held: partition.held, wants: partition.wants(), told }).toEqual({
    held: 'two',
    wants: false,
    told: [],
  });
  partition.unhold(b);
  expect({ held: partition.held, wants: partition.wants(), told }).toEqual({
    held: null,
    wants: true,
    told: ['arrived'],
  });
});

test('deleted before they were read: passed only once all in front of them is begun', () => {
  const { partition, told, deliver, settleNext } = rig();
  deliver([5, 6], 7);
  partition.gone(7, 40);
  expect(told).toContain('gone 7–40');
  expect(partition.committable()).toBeNull();
  settleNext();
  expect(partition.committable()).toMatchObject({ offset: 6 });
  settleNext();
  expect(partition.committable()).toMatchObject({ offset: 40 });
});

test('made anew: what was known is gone, counted where it was not settled, and the next log begins at its start', () => {
  const { partition, room, told, deliver, settleNext } = rig();
  const { released, progress } = partition;
  deliver([5, 6, 7], 10);
  settleNext();
  partition.madeAnew('b'.repeat(32));
  expect(told).toContain('gone 6–10');
  expect({ position: partition.position, committed: partition.committed, bytes: room.bytes }).toEqual({
    position: null,
    committed: null,
    bytes: 0,
  });
  expect(released.aborted).toBe(true);
  expect(partition.progress).not.toBe(progress);
  deliver([0], 1);
  settleNext();
  expect(partition.committable()).toMatchObject({ offset: 1 });
});

test('a commit of another topic of the same name, which its id shows, is no position', () => {
  const assigned = { topic: 't', partition: 0, committed: 5, metadata: `;topic-id:${'a'.repeat(32)}` };
  const options = { room: emptyRoom(), arrived: () => undefined, gone: () => undefined };
  const positionIn = (topicId: string | null) =>
    new OwnedPartition({ ...assigned, topicId }, options).position;
  expect([positionIn('a'.repeat(32)), positionIn('b'.repeat(32)), positionIn(null)]).toEqual([5, null, 5]);
});

test('a release drops what waits, gives its room back, ends sleeps, and nothing more is taken, also in a next generation', () => {
  const { partition, room, deliver } = rig();
  deliver([5, 6], 7);
  const { released } = partition;
  partition.release();
  expect({ waiting: partition.waiting, bytes: room.bytes, aborted: released.aborted }).toEqual({
    waiting: 0,
    bytes: 0,
    aborted: true,
  });
  expect(partition.tryGoOn({ topic: 't', partition: 0, committed: 5, metadata: '' })).toBe(true);
  deliver([5, 6], 7);
  expect([partition.waiting, partition.wants()]).toEqual([0, false]);
});

test('what comes after a release settles nothing of what was dropped: the next owner begins there', () => {
  const { partition, told, deliver } = rig();
  deliver([5, 6], 7);
  partition.release();
  // The fetch loops go on until the member leaves: a transaction's marker, and records that were deleted meanwhile.
  deliver([], 8);
  partition.gone(8, 20);
  expect({ low: partition.progress.low, due: partition.committable(), wants: partition.wants() }).toEqual({
    low: 5,
    due: null,
    wants: false,
  });
  expect(told).toEqual(['arrived']);
});

test('a batch without records for us takes no room: nothing would give it back', () => {
  const { partition, room, deliver } = rig();
  deliver([], 100, MB);
  expect({ bytes: room.bytes, wants: partition.wants(), due: partition.committable()?.offset }).toEqual({
    bytes: 0,
    wants: true,
    due: 100,
  });
});

test('held: what waits keeps no answer of the broker, what comes later neither', () => {
  const { partition, deliver } = rig();
  const answerOf = () => partition.inbox.peek()?.buffer.buffer;
  deliver([5, 6], 7, 16);
  const answer = answerOf();
  partition.shift();
  expect(answerOf()).toBe(answer);
  partition.hold({} as Delivery, 'one');
  const copied = answerOf();
  expect(copied).not.toBe(answer);
  partition.shift();
  deliver([7], 8, 16);
  expect([answer, copied]).not.toContain(answerOf());
  expect(partition.inbox.peek()?.isDetached).toBe(true);
});

test('a record without bytes of its own takes room, too, and gives it back', () => {
  const { partition, room, deliver, settleNext } = rig();
  const offsets = Array.from({ length: 8_000 }, (_, n) => 5 + n);
  deliver(offsets, 8_005, 8_000);
  expect(partition.wants()).toBe(false);
  for (const _ of offsets) settleNext();
  expect({ room, wants: partition.wants() }).toEqual({
    room: { bytes: 0, waitingBytes: 0, isBusy: false },
    wants: true,
  });
});
