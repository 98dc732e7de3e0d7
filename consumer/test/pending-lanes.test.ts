import { FetchedRecord } from '@event-pipeline/runtime/kafkajs/fetched-record.ts';
import fc from 'fast-check';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { Delivery } from '../src/delivery.ts';
import { Lane } from '../src/lane.ts';
import { PendingLanes } from '../src/pending-lanes.ts';
import { emptyRoom } from '../src/room.ts';
import { OwnedPartition } from '../src/receive.ts';

const partition = new OwnedPartition(
  { topic: 't', partition: 0, committed: 0, metadata: '' },
  { room: emptyRoom(), arrived: () => undefined, gone: () => undefined },
);

/** A record within a larger answer: other bytes lie on both sides of its key. */
function record(key: Buffer | null): FetchedRecord {
  const answer = Buffer.concat([Buffer.from('before'), key ?? Buffer.alloc(0), Buffer.from('value')]);
  const keyEnd = 6 + (key?.length ?? 0);
  const [from, to] = key === null ? [-1, -1] : [6, keyEnd];
  return new FetchedRecord(
    0,
    0,
    answer,
    from,
    to,
    keyEnd,
    answer.length,
    answer.length,
    answer.length,
    0,
    null,
  );
}

const laneOf = (key: Buffer | null) => new Lane(record(key), partition);

// Few of them, so that they meet; the first two have one hash, and the three numbered ones stand in one chain.
const keys = fc.oneof(
  fc
    .constantFrom('29dc30ad86', '1e5b7061d1', 'user-221', 'user-854', 'user-1029', '', 'a')
    .map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 2 }).map((bytes) => Buffer.from(bytes)),
);

test('a record finds the lane of its own key, and of no other, as long as that is there', () => {
  fc.assert(
    fc.property(fc.array(keys, { maxLength: 60 }), (steps) => {
      const lanes = new PendingLanes();
      const expected = new Map<string, Lane>();
      for (const key of steps) {
        const name = key.toString('hex');
        const known = expected.get(name);
        if (known === undefined) {
          const lane = laneOf(key);
          lanes.add(lane);
          expected.set(name, lane);
          // Its bytes may move, to be kept for longer, while it is pending.
          if (expected.size % 2 === 0) lane.record.detach();
        } else {
          lanes.remove(known);
          expected.delete(name);
        }
        for (const one of steps) expect(lanes.of(record(one))).toBe(expected.get(one.toString('hex')));
        expect(new Set(lanes.values())).toEqual(new Set(expected.values()));
        expect(lanes.values()).toHaveLength(expected.size);
      }
    }),
  );
});

test('a record without a key waits for none, whatever is pending', () => {
  const lanes = new PendingLanes();
  lanes.add(laneOf(Buffer.alloc(0)));
  lanes.add(laneOf(null));
  expect([lanes.of(record(null)), lanes.values().length]).toEqual([undefined, 1]);
});

test('a lane that was followed by another one of its key takes nothing with it', () => {
  const lanes = new PendingLanes();
  const [first, second] = [laneOf(Buffer.from('k')), laneOf(Buffer.from('k'))];
  lanes.add(first);
  lanes.remove(first);
  lanes.add(second);
  lanes.remove(first);
  expect(lanes.of(record(Buffer.from('k')))).toBe(second);
});

test('two keys of one hash are two lanes', () => {
  const [one, other] = [Buffer.from('29dc30ad86'), Buffer.from('1e5b7061d1')];
  expect(record(one).keyHash).toBe(record(other).keyHash);
  const lanes = new PendingLanes();
  lanes.add(laneOf(one));
  expect(lanes.of(record(other))).toBeUndefined();
});

test('a handler that writes into its key changes nothing about which lane it is', () => {
  const lane = laneOf(Buffer.from('key'));
  const lanes = new PendingLanes();
  lanes.add(lane);
  new Delivery(lane.record, partition, 0, pino({ level: 'silent' })).key?.fill(0);
  expect(lanes.of(record(Buffer.from('key')))).toBe(lane);
});
