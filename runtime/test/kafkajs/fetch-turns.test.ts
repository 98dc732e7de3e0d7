import { array, assert, boolean, constantFrom, property, record } from 'fast-check';
import { expect, test } from 'vitest';
import type { FetchedPartition } from '../../src/kafkajs/decode-fetch.ts';
import type { FetchedRecord } from '../../src/kafkajs/fetched-record.ts';
import { fetchRequest, MAX_BYTES } from '../../src/kafkajs/fetch-request.ts';
import { createFetchTurns, type FetchTurn } from '../../src/kafkajs/fetch-turns.ts';
import type { FetchTarget } from '../../src/kafkajs/group-types.ts';

interface Partition extends FetchTarget {
  hungry: boolean;
}

/** So many partitions that a broker leads, all with room. */
const ledOf = (count: number): Partition[] =>
  Array.from({ length: count }, (_, partition) => {
    const target = {
      topic: 't',
      partition,
      topicId: null,
      position: 0,
      hungry: true,
      wants: () => target.hungry,
    };
    return Object.assign(target, {
      deliver: () => undefined,
      madeAnew: () => undefined,
      gone: () => undefined,
    });
  });

const came = (records: number, nextOffset: number, lastStableOffset: number) =>
  ({
    records: Array<FetchedRecord>(records),
    nextOffset,
    lastStableOffset,
    fault: null,
  }) as unknown as FetchedPartition;
const something = came(3, 3, 90);
const noRoom = came(0, 0, 90);
const nothing = came(0, 0, 0);

/** Asks, and answers each partition as it is told to; a full answer unless said. */
function asking(led: readonly Partition[]) {
  const turns = createFetchTurns();
  const answer = (turn: FetchTurn, of: (partition: number) => FetchedPartition, sizeBytes = MAX_BYTES) => {
    for (const target of turn.asked) turns.took(target, of(target.partition));
    turns.answered(turn, led, sizeBytes);
  };
  return { turns, answer, next: () => turns.next(led) };
}

const partitionsOf = ({ asked }: FetchTurn): number[] => asked.map(({ partition }) => partition);

test('one after another comes first', () => {
  const { answer, next } = asking(ledOf(3));
  const orders: number[][] = [];
  for (let request = 0; request < 3; request += 1) {
    const turn = next();
    orders.push(partitionsOf(turn));
    answer(turn, () => something);
  }
  expect(orders).toEqual([
    [0, 1, 2],
    [1, 2, 0],
    [2, 0, 1],
  ]);
});

test('behind full answers twice as many are asked for as have filled one, and no one is left out for long', () => {
  const led = ledOf(100);
  const { answer, next } = asking(led);
  const first = next();
  expect(first).toEqual({ asked: led, isForFew: false });
  answer(first, (partition) => (partition < 10 ? something : noRoom));
  const second = next();
  expect(second.isForFew).toBe(true);
  expect(partitionsOf(second)).toEqual(Array.from({ length: 20 }, (_, index) => index + 10));
  const seen = new Set<number>();
  for (let request = 0; request < 9; request += 1) {
    const turn = next();
    const given = new Set(partitionsOf(turn).slice(0, 10));
    for (const partition of given) seen.add(partition);
    answer(turn, (partition) => (given.has(partition) ? something : noRoom));
  }
  expect(seen.size).toBe(90);
});

test('an answer that is not full has all asked for again', () => {
  const { answer, next } = asking(ledOf(100));
  answer(next(), (partition) => (partition < 10 ? something : noRoom));
  answer(next(), () => nothing, 1_000);
  expect(next()).toMatchObject({ isForFew: false, asked: { length: 100 } });
});

test('those that have nothing are left out of some requests, and never of ten in a row', () => {
  const { answer, next } = asking(ledOf(100));
  const busy = (partition: number) => (partition < 5 ? something : nothing);
  const lengths: number[] = [];
  for (let request = 0; request < 11; request += 1) {
    const turn = next();
    lengths.push(turn.asked.length);
    answer(turn, busy);
  }
  expect(lengths).toEqual([100, 5, 5, 5, 5, 5, 5, 5, 5, 100, 5]);
});

test('one without room is not asked for, and does not stand for those that have some', () => {
  const led = ledOf(100);
  const { answer, next, turns } = asking(led);
  answer(next(), (partition) => (partition < 2 ? something : nothing));
  for (const target of led.slice(0, 2)) target.hungry = false;
  const turn = next();
  expect(turn.isForFew).toBe(false);
  expect(partitionsOf(turn).toSorted((a, b) => a - b)).toEqual(
    partitionsOf({ ...turn, asked: led.slice(2) }),
  );
  expect(turn.asked.every(turns.isCaughtUp)).toBe(true);
});

test('a partition whose records found no room has not caught up', () => {
  const led = ledOf(2);
  const { answer, next, turns } = asking(led);
  answer(next(), (partition) => (partition === 0 ? something : noRoom));
  expect(led.map(turns.isCaughtUp)).toEqual([false, false]);
  answer(next(), () => nothing);
  expect(led.map(turns.isCaughtUp)).toEqual([true, true]);
});

test('one that found no room is not passed over because others behind it did', () => {
  const { answer, next } = asking(ledOf(5));
  const order = () => {
    const turn = next();
    answer(turn, (partition) => {
      if (partition === 2) return nothing;
      return partition === turn.asked[0]?.partition || partition === 4 ? something : noRoom;
    });
    return partitionsOf(turn)[0];
  };
  expect([order(), order(), order(), order(), order()]).toEqual([0, 1, 3, 0, 1]);
});

interface Log {
  readonly batchBytes: number;
  /** A batch comes in each time so many answers have been given; Infinity: the log has no end. 0: it never gives any. */
  readonly every: number;
  /** Its batches hold no record for us. */
  readonly isAborted: boolean;
}

/**
 * A broker that fills answers as Kafka does: in the order of the request, each partition up to its share, whole batches
 * only; a batch beyond the share where nothing came before it.
 * @returns the most answers in a row after which a partition had records and had been given none
 */
function longestWait(logs: readonly Log[], answers: number): number {
  const led = ledOf(logs.length);
  const { turns, next } = asking(led);
  const batchesLeft = logs.map(({ every }) => (every === Infinity || every === 0 ? Infinity : 0));
  const waits = logs.map(() => 0);
  let longest = 0;
  for (let count = 1; count <= answers; count += 1) {
    const turn = next();
    const shares = fetchRequest(turn.asked, 0).topics.map(({ partitions }) => partitions[0]?.maxBytes ?? 0);
    const gave = new Map<number, number>();
    let sizeBytes = 0;
    for (const [index, target] of turn.asked.entries()) {
      const { batchBytes, every, isAborted } = logs[target.partition] as Log;
      const room = Math.floor(Math.min(shares[index] as number, MAX_BYTES - sizeBytes) / batchBytes);
      const left = batchesLeft[target.partition] as number;
      const batches = every === 0 ? 0 : Math.min(left, sizeBytes === 0 ? Math.max(room, 1) : room);
      sizeBytes += batches * batchBytes;
      gave.set(target.partition, batches);
      const position = target.position ?? 0;
      turns.took(
        target,
        came(batches > 0 && !isAborted ? 1 : 0, position + batches, position + Math.min(left, 1_000_000)),
      );
      target.position = position + batches;
    }
    turns.answered(turn, led, sizeBytes);
    for (const [partition, { every }] of logs.entries()) {
      batchesLeft[partition] = (batchesLeft[partition] as number) - (gave.get(partition) ?? 0);
      const isServed = (gave.get(partition) ?? 0) > 0 || batchesLeft[partition] === 0 || every === 0;
      waits[partition] = isServed ? 0 : (waits[partition] as number) + 1;
      longest = Math.max(longest, waits[partition]);
      if (count % every === 0) batchesLeft[partition] += 1;
    }
  }
  return longest;
}

test('large batches beside small ones: each partition is given records in its turn', () => {
  const logs = Array.from({ length: 12 }, (_, index) => ({
    batchBytes: index < 6 ? 300_000 : 10_000,
    every: Infinity,
    isAborted: false,
  }));
  expect(longestWait(logs, 100)).toBeLessThan(6);
});

test('whatever the batches’ sizes, and though some never give anything: no partition waits longer than a turn of each', () => {
  const log = record({
    batchBytes: constantFrom(1_000, 20_000, 100_000, 140_000, 300_000, 600_000, 2_000_000),
    every: constantFrom(Infinity, 0, 1, 3, 20),
    isAborted: boolean(),
  });
  assert(
    property(array(log, { minLength: 1, maxLength: 60 }), (logs) => {
      // One that had nothing may be left out of eight requests.
      expect(longestWait(logs, 5 * logs.length)).toBeLessThanOrEqual(logs.length + 8);
    }),
  );
});
