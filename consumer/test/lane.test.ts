import { FetchedRecord } from '@event-pipeline/runtime/kafkajs/fetched-record.ts';
import { expect, test } from 'vitest';
import { Lane } from '../src/lane.ts';
import { emptyRoom } from '../src/room.ts';
import { OwnedPartition } from '../src/receive.ts';

const partition = new OwnedPartition(
  { topic: 't', partition: 0, committed: 0, metadata: '' },
  { room: emptyRoom(), arrived: () => undefined, gone: () => undefined },
);
const record = (offset: number) => new FetchedRecord(offset, 0, Buffer.from('k'), 0, 1, 1, 1, 1, 1, 0, null);

test('a lane keeps no record that has ended while another one waits', () => {
  const [first, second] = [record(1), record(2)];
  const lane = new Lane(first, partition);
  lane.push(second);
  expect(lane.record).toBe(first);
  lane.rest();
  expect(lane.record).toBe(second);
  expect(lane.shift()).toBe(second);
  lane.rest();
  expect(lane.record).toBe(second);
});
