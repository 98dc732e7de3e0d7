import { FetchedRecord } from '@event-pipeline/runtime/kafkajs/fetched-record.ts';
import type { Accept } from '@event-pipeline/schemas/accept.ts';
import { refuseBytes } from '@event-pipeline/schemas/refusal.ts';
import pino from 'pino';
import { expect, test } from 'vitest';
import { Delivery } from '../src/delivery.ts';
import { JudgedAhead } from '../src/judged-ahead.ts';
import { OwnedPartition } from '../src/receive.ts';
import { emptyRoom } from '../src/room.ts';

const tooLarge = { bytes: 9, valueSha256: null, keySha256: null, headersSha256: null };

function record(offset: number, valueBytes: number, isTooLarge = false): FetchedRecord {
  const bytes = Buffer.alloc(valueBytes);
  return new FetchedRecord(
    offset,
    0,
    bytes,
    -1,
    -1,
    0,
    valueBytes,
    valueBytes,
    valueBytes,
    0,
    isTooLarge ? (tooLarge as unknown as FetchedRecord['tooLarge']) : null,
  );
}

/** A partition with that many records in its inbox. */
function partitionOf(count: number, { number = 0, from = 0, valueBytes = 8, tooLargeAt = -1 } = {}) {
  const partition = new OwnedPartition(
    { topic: 't', partition: number, committed: 0, metadata: '' },
    { room: emptyRoom(), arrived: () => undefined, gone: () => undefined },
  );
  const records = Array.from({ length: count }, (_, at) => record(from + at, valueBytes, at === tooLargeAt));
  partition.deliver({
    topic: 't',
    partition: number,
    errorCode: 0,
    highWatermark: count,
    lastStableOffset: count,
    logStartOffset: 0,
    preferredReadReplica: -1,
    records,
    nextOffset: count,
    sizeBytes: count * valueBytes,
    fault: null,
  });
  return partition;
}

function judging() {
  let asked = 0;
  const accept: Accept = () => {
    asked += 1;
    return refuseBytes('INVALID_JSON', 'It is none.');
  };
  const ahead = new JudgedAhead(accept, pino({ level: 'silent' }));
  /** Takes the partition's next record out, and what was judged of it. */
  const takeNext = (partition: OwnedPartition) => {
    const next = partition.inbox.peek() as FetchedRecord;
    partition.shift();
    return ahead.take(partition, next)?.offset ?? null;
  };
  return { ahead, accept, asked: () => asked, takeNext };
}

test('the next records of a partition are judged once, at most 32 of them, and more as they are taken', () => {
  const { ahead, asked, takeNext } = judging();
  const partition = partitionOf(40);
  ahead.judge(partition);
  ahead.judge(partition);
  expect(asked()).toBe(32);
  expect([takeNext(partition), takeNext(partition)]).toEqual([0, 1]);
  ahead.judge(partition);
  expect(asked()).toBe(34);
  expect(Array.from({ length: 32 }, () => takeNext(partition))).toEqual(
    Array.from({ length: 32 }, (_, n) => n + 2),
  );
  expect(takeNext(partition)).toBeNull();
});

test('a verdict is given once: the next who asks has the record read again', () => {
  const { ahead, accept, asked } = judging();
  const partition = partitionOf(1);
  ahead.judge(partition);
  const delivery = ahead.take(partition, partition.inbox.peek() as FetchedRecord);
  expect(delivery?.judge(accept).kind).toBe('refusal');
  expect(asked()).toBe(1);
  delivery?.judge(accept);
  expect(asked()).toBe(2);
});

test('a record that went another way is passed over', () => {
  const { ahead, asked, takeNext } = judging();
  const partition = partitionOf(4);
  ahead.judge(partition);
  partition.shift();
  expect(takeNext(partition)).toBe(1);
  partition.shift();
  ahead.judge(partition);
  expect({ asked: asked(), taken: takeNext(partition) }).toEqual({ asked: 4, taken: 3 });
});

test('large records are not judged ahead beyond 64 KiB, those that were not kept not at all', () => {
  const large = judging();
  large.ahead.judge(partitionOf(4, { valueBytes: 30_000 }));
  expect(large.asked()).toBe(2);
  const notKept = judging();
  notKept.ahead.judge(partitionOf(4, { tooLargeAt: 1 }));
  expect(notKept.asked()).toBe(1);
});

test('what was judged of a partition is kept while others have their turn, of eight at most', () => {
  const { ahead, asked, takeNext } = judging();
  const partitions = Array.from({ length: 9 }, (_, number) => partitionOf(2, { number, from: number * 10 }));
  for (const partition of partitions) ahead.judge(partition);
  expect(asked()).toBe(16);
  expect(partitions.map((partition) => takeNext(partition))).toEqual([0, 10, 20, 30, 40, 50, 60, 70, null]);
  takeNext(partitions[0] as OwnedPartition);
  ahead.judge(partitions[8] as OwnedPartition);
  expect({ asked: asked(), taken: takeNext(partitions[8] as OwnedPartition) }).toEqual({
    asked: 17,
    taken: 81,
  });
});

test('nothing is judged of a partition that is held', () => {
  const { ahead, asked } = judging();
  const partition = partitionOf(2);
  partition.hold(new Delivery(record(9, 8), partition, 0, pino({ level: 'silent' })), 'a test');
  ahead.judge(partition);
  expect(asked()).toBe(0);
});

test('of a log that was made anew nothing of the old one is taken, and nothing after it was let go', () => {
  const { ahead, takeNext } = judging();
  const [old, anew] = [partitionOf(2), partitionOf(2)];
  ahead.judge(old);
  expect(ahead.take(old, anew.inbox.peek() as FetchedRecord)).toBeNull();
  ahead.judge(anew);
  ahead.letGo(anew);
  expect(takeNext(anew)).toBeNull();
});
