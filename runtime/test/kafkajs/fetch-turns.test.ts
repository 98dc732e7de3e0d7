import { expect, test } from 'vitest';
import type { FetchedPartition } from '../../src/kafkajs/decode-fetch.ts';
import type { FetchedRecord } from '../../src/kafkajs/fetched-record.ts';
import { MAX_BYTES } from '../../src/kafkajs/fetch-request.ts';
import { createFetchTurns, type FetchTurn } from '../../src/kafkajs/fetch-turns.ts';
import type { FetchTarget } from '../../src/kafkajs/group-types.ts';

interface Partition extends FetchTarget {
  hungry: boolean;
}

/** So many partitions that a broker leads, all with room. */
const ledOf = (count: number): Partition[] =>
  Array.from({ length: count }, (_, partition) => {
    const target = { topic: 't', partition, position: 0, hungry: true, wants: () => target.hungry };
    return Object.assign(target, {
      deliver: () => undefined,
      madeAnew: () => undefined,
      gone: () => undefined,
    });
  });

const came = (records: number, nextOffset: number, lastStableOffset: number) =>
  ({ records: Array<FetchedRecord>(records), nextOffset, lastStableOffset }) as unknown as FetchedPartition;
const something = came(3, 3, 90);
const noRoom = came(0, 0, 90);
const nothing = came(0, 90, 90);

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
