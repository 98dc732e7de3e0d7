import { setImmediate as turn } from 'node:timers/promises';
import { FetchedRecord } from '@event-pipeline/runtime/kafkajs/fetched-record.ts';
import type { Accept } from '@event-pipeline/schemas/accept.ts';
import { refuseBytes } from '@event-pipeline/schemas/refusal.ts';
import pino from 'pino';
import { expect, test } from 'vitest';
import { createLanes } from '../src/lanes.ts';
import { OwnedPartition } from '../src/receive.ts';
import { emptyRoom } from '../src/room.ts';
import { Settled } from '../src/settled.ts';
import { createSlots } from '../src/slots.ts';
import { createStats } from '../src/stats.ts';

/** A record with a key of one character. */
function record(offset: number, key: string, valueBytes = 8): FetchedRecord {
  const bytes = Buffer.alloc(1 + valueBytes, key);
  const end = bytes.length;
  return new FetchedRecord(offset, 0, bytes, 0, 1, 1, end, end, end, 0, null);
}

/** One partition whose handlers end when the test says so. */
function onePartition({ maxBatchSize = 100, valueBytes = 8, isAtOnce = false, bugAt = -1 } = {}) {
  let isOpen = true;
  const mayBegin = () => isOpen;
  const room = emptyRoom();
  const ends: ((settled: Settled) => void)[] = [];
  const events: string[] = [];
  const bugs: unknown[] = [];
  const lowAtBegin: number[] = [];
  let blocked = 0;
  let judged = 0;
  const accept: Accept = () => {
    judged += 1;
    return refuseBytes('INVALID_JSON', 'It is none.');
  };
  const stats = createStats(['t'], []);
  const slots = createSlots({ max: 8, mayBegin, onFree: () => lanes.slotFreed() });
  const lanes = createLanes({
    accept,
    journey: (delivery) => {
      const { offset } = delivery;
      delivery.judge(accept);
      events.push(`begun ${offset}`);
      lowAtBegin.push(partition.progress.low);
      if (offset === bugAt) throw new Error('a bug');
      if (isAtOnce) {
        slots.give();
        return Settled.byHandler;
      }
      const { promise, resolve } = Promise.withResolvers<Settled>();
      ends.push(resolve);
      return promise.finally(() => slots.give());
    },
    slots,
    maxBatchSize,
    mayBegin,
    settled: () => undefined,
    blocked: () => void (blocked += 1),
    roomMade: () => void setImmediate(() => events.push('asked for more')),
    room,
    stats,
    log: pino({ level: 'silent' }),
    failed: (error) => bugs.push(error),
  });
  const partition = new OwnedPartition(
    { topic: 't', partition: 0, committed: 5, metadata: '' },
    { room, arrived: (one) => lanes.arrived(one), gone: () => undefined },
  );
  lanes.add(partition);
  const deliver = (from: number, count: number, keyOf = (_n: number) => 'k') => {
    const records = Array.from({ length: count }, (_, n) => record(from + n, keyOf(n), valueBytes));
    partition.deliver({
      topic: 't',
      partition: 0,
      errorCode: 0,
      highWatermark: from + count,
      lastStableOffset: from + count,
      logStartOffset: 0,
      preferredReadReplica: -1,
      records,
      nextOffset: from + count,
      sizeBytes: records.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      fault: null,
    });
  };
  return {
    lanes,
    partition,
    room,
    slots,
    ends,
    events,
    bugs,
    lowAtBegin,
    blocked: () => blocked,
    judged: () => judged,
    close: () => void (isOpen = false),
    deliver,
    received: () => stats.topic('t').received,
    settled: () => stats.topic('t').handled,
  };
}

test('records of one key go one after another, and give their room back', async () => {
  const { partition, room, ends, bugs, blocked, deliver } = onePartition();
  deliver(5, 3);
  await turn();
  for (let begun = 1; begun <= 3; begun += 1) {
    expect(ends).toHaveLength(begun);
    ends[begun - 1]?.(Settled.byHandler);
    await turn();
    await turn();
  }
  expect(partition.progress.low).toBe(8);
  expect({ room: room.bytes, bugs, blocked: blocked() }).toEqual({ room: 0, bugs: [], blocked: 0 });
});

test('with every slot in use, the next key waits for one that is given back', async () => {
  const { partition, ends, bugs, blocked, deliver } = onePartition();
  deliver(5, 10, String);
  await turn();
  expect(ends).toHaveLength(8);
  expect(blocked()).toBe(1);
  for (const [index, begun] of [9, 10, 10].entries()) {
    ends[index]?.(Settled.byHandler);
    await turn();
    await turn();
    expect(ends).toHaveLength(begun);
  }
  expect({ low: partition.progress.low, bugs }).toEqual({ low: 8, bugs: [] });
});

test('the slot of a record that waits to be tried again lets the next key begin', async () => {
  const { slots, ends, deliver } = onePartition();
  deliver(5, 9, String);
  await turn();
  expect(ends).toHaveLength(8);
  slots.give();
  await turn();
  expect(ends).toHaveLength(9);
});

test('a record counts as received when work on it begins, not when it waits behind its key', async () => {
  const { ends, deliver, received } = onePartition();
  deliver(5, 3);
  await turn();
  expect({ begun: ends.length, received: received() }).toEqual({ begun: 1, received: 1 });
  ends[0]?.(Settled.byHandler);
  await turn();
  await turn();
  expect({ begun: ends.length, received: received() }).toEqual({ begun: 2, received: 2 });
});

test('a record that was let go unsettled stays counted as begun, and is not counted as settled', async () => {
  const { partition, ends, deliver, received, settled } = onePartition();
  deliver(5, 1);
  await turn();
  partition.gone(6, 0);
  ends[0]?.(Settled.byHandler);
  await turn();
  await turn();
  expect({ received: received(), settled: settled() }).toEqual({ received: 1, settled: 0 });
  deliver(0, 1);
  await turn();
  ends[1]?.(Settled.byHandler);
  await turn();
  await turn();
  expect({ received: received(), settled: settled() }).toEqual({ received: 2, settled: 1 });
});

test('a log that was made anew: nothing of the old one is begun or counted any more, and all room is given back', async () => {
  const { partition, room, ends, bugs, deliver } = onePartition();
  deliver(5, 3);
  await turn();
  expect(ends).toHaveLength(1);
  ends[0]?.(Settled.byHandler);
  // The first has ended, so its lane is ready to go on; in that moment the log turns out to be another one.
  for (let tick = 0; tick < 10; tick += 1) await Promise.resolve();
  expect(partition.progress.low).toBe(6);
  partition.gone(8, 0);
  await turn();
  await turn();
  expect(ends).toHaveLength(1);
  expect(partition.progress.low).toBe(0);
  expect({ room: room.bytes, laneBytes: partition.laneBytes, bugs }).toEqual({
    room: 0,
    laneBytes: 0,
    bugs: [],
  });
  deliver(0, 1);
  await turn();
  ends[1]?.(Settled.byHandler);
  await turn();
  await turn();
  expect(partition.progress.low).toBe(1);
  expect({ room: room.bytes, bugs }).toEqual({ room: 0, bugs: [] });
});

test.each([true, false])(
  'more is asked for before the last of what came is worked off (%s)',
  async (isAtOnce) => {
    const { events, deliver } = onePartition({ maxBatchSize: 1, valueBytes: 300_000, isAtOnce });
    deliver(5, 6, String);
    await turn();
    expect(events).toEqual(['begun 5', 'begun 6', 'begun 7', 'begun 8']);
    await turn();
    expect(events.slice(4)).toEqual(['asked for more', 'begun 9', 'begun 10']);
  },
);

test('after a bug nothing goes on behind the record that it took away: its offset is not passed', async () => {
  const { partition, events, bugs, deliver } = onePartition({ isAtOnce: true, bugAt: 6 });
  deliver(5, 3, String);
  await turn();
  deliver(8, 1, String);
  deliver(9, 0);
  await turn();
  await turn();
  expect({ bugs: bugs.length, low: partition.progress.low }).toEqual({ bugs: 1, low: 6 });
  expect(events.filter((event) => event.startsWith('begun'))).toEqual(['begun 5', 'begun 6']);
});

test('a handler of a log that is not there any more keeps its key: the next record of it begins behind its end', async () => {
  const { partition, ends, events, bugs, deliver } = onePartition();
  deliver(5, 2);
  await turn();
  partition.gone(7, 0);
  deliver(0, 2);
  await turn();
  expect(events.filter((event) => event.startsWith('begun'))).toEqual(['begun 5']);
  ends[0]?.(Settled.byHandler);
  await turn();
  await turn();
  expect(events.filter((event) => event.startsWith('begun'))).toEqual(['begun 5', 'begun 0']);
  ends[1]?.(Settled.byHandler);
  await turn();
  await turn();
  ends[2]?.(Settled.byHandler);
  await turn();
  await turn();
  expect({ low: partition.progress.low, lanes: partition.lanes.values().length, bugs }).toEqual({
    low: 2,
    lanes: 0,
    bugs: [],
  });
});

test('what has ended is settled behind the beginning of what it made possible', async () => {
  const { partition, ends, lowAtBegin, deliver } = onePartition();
  deliver(5, 9, String);
  await turn();
  ends[0]?.(Settled.byHandler);
  await turn();
  await turn();
  expect(lowAtBegin).toEqual(Array.from({ length: 9 }, () => 5));
  expect(partition.progress.low).toBe(6);
});

test('what has ended is settled at once where somebody asks for it', async () => {
  const { lanes, partition, ends, deliver } = onePartition();
  deliver(5, 1);
  await turn();
  ends[0]?.(Settled.byHandler);
  for (let tick = 0; tick < 10; tick += 1) await Promise.resolve();
  expect(partition.progress.low).toBe(5);
  lanes.settleEnded();
  expect(partition.progress.low).toBe(6);
});

test('what has ended is settled where nothing may begin, too', async () => {
  const { partition, ends, lowAtBegin, close, deliver } = onePartition();
  deliver(5, 9, String);
  await turn();
  close();
  ends[0]?.(Settled.byHandler);
  await turn();
  await turn();
  expect(lowAtBegin).toHaveLength(8);
  expect(partition.progress.low).toBe(6);
});

test('the next of a key comes before those that came later, of other keys', async () => {
  const { events, ends, deliver } = onePartition();
  // Two of the first key, so that the last of the others has no slot.
  deliver(5, 11, (n) => String(Math.max(1, n)));
  await turn();
  expect(ends).toHaveLength(8);
  ends[0]?.(Settled.byHandler);
  await turn();
  await turn();
  expect(events.filter((event) => event.startsWith('begun')).at(-1)).toBe('begun 6');
});

test('with every slot in use, records are judged ahead in a turn in which nothing ends, and not once more', async () => {
  const { ends, judged, deliver } = onePartition();
  deliver(5, 10, String);
  await turn();
  expect(judged()).toBe(8);
  ends[0]?.(Settled.byHandler);
  await turn();
  await turn();
  expect({ begun: ends.length, judged: judged() }).toEqual({ begun: 9, judged: 9 });
  await turn();
  expect(judged()).toBe(10);
  ends[1]?.(Settled.byHandler);
  await turn();
  await turn();
  expect({ begun: ends.length, judged: judged() }).toEqual({ begun: 10, judged: 10 });
});

test('what was judged ahead is let go with the partition', async () => {
  const { lanes, partition, ends, judged, deliver } = onePartition();
  deliver(5, 9, String);
  await turn();
  await turn();
  expect(judged()).toBe(9);
  lanes.remove(partition);
  lanes.add(partition);
  ends[0]?.(Settled.byHandler);
  await turn();
  await turn();
  expect({ begun: ends.length, judged: judged() }).toEqual({ begun: 9, judged: 10 });
});

test('nothing is judged ahead while a slot is free', async () => {
  const { ends, judged, close, deliver } = onePartition();
  deliver(5, 1);
  await turn();
  // They wait for another reason.
  close();
  deliver(6, 3, String);
  await turn();
  await turn();
  await turn();
  expect({ begun: ends.length, judged: judged() }).toEqual({ begun: 1, judged: 1 });
});
