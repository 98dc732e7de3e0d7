import { partitionForKey } from '@event-pipeline/runtime/kafkajs/murmur2.ts';
import type { SendRequest } from '@event-pipeline/runtime/kafkajs/send.ts';
import { expect, onTestFinished, test } from 'vitest';
import type { OutgoingRecord } from '../src/make-records.ts';
import { createPublisher } from '../src/publish.ts';

const record = (key: string): OutgoingRecord => ({
  kind: 'user-created',
  topic: 't',
  key: Buffer.from(key),
  value: Buffer.from(key),
  eventId: key,
  correlationId: key,
});

/** A publisher to a topic whose number of partitions the test sets, and whose requests it answers. */
function rig() {
  const topic = { partitions: 6 };
  const asked: { request: SendRequest; acknowledge: () => void; fail: () => void }[] = [];
  const told: string[] = [];
  const giveUp = new AbortController();
  onTestFinished(() => giveUp.abort());
  const publisher = createPublisher({
    sender: {
      send: (request) => {
        const { promise, resolve, reject } = Promise.withResolvers<{ baseOffset: number }>();
        const fail = (): void => reject(new Error('not written'));
        asked.push({ request, acknowledge: () => resolve({ baseOffset: 0 }), fail });
        return promise;
      },
    },
    partitionsOf: () => topic.partitions,
    partitionForKey,
    listener: {
      onAcknowledged: ({ correlationId }, partition) => told.push(`${correlationId} in ${partition}`),
      onSent: ({ failures }) => failures > 0 && told.push('failed'),
      onDealtAnew: (name, partitions) => told.push(`${name} has ${partitions}`),
    },
    random: () => 0,
    nowMs: () => performance.now(),
    giveUp: giveUp.signal,
  });
  return { topic, asked, told, publisher };
}

test('a send that learns of another number of partitions writes nothing; what waits is dealt anew', async () => {
  const { topic, asked, told, publisher } = rig();
  publisher.publish([record('a')]);
  expect(asked[0]?.request.partition).toBe(partitionForKey(Buffer.from('a'), 6));
  expect(asked[0]?.request.mayWrite?.()).toBe(true);
  topic.partitions = 5;
  expect(asked[0]?.request.mayWrite?.()).toBe(false);
  asked[0]?.fail();
  await expect.poll(() => asked.length).toBe(2);
  const partition = partitionForKey(Buffer.from('a'), 5);
  expect(asked[1]?.request.partition).toBe(partition);
  asked[1]?.acknowledge();
  await expect.poll(() => told).toEqual(['t has 5', `a in ${partition}`]);
  expect(publisher.unacknowledged()).toBe(0);
});

test('a lane that came to rest is begun again where the number is what it was', async () => {
  const { topic, asked, told, publisher } = rig();
  const [one, other] = ['a', 'b'].map((key) => ({ key, partition: partitionForKey(Buffer.from(key), 6) }));
  expect(one?.partition).not.toBe(other?.partition);
  publisher.publish([record('a'), record('b')]);
  topic.partitions = 5;
  asked[0]?.fail();
  // It rests, and waits for the other one.
  await new Promise((resolve) => setImmediate(resolve));
  topic.partitions = 6;
  asked[1]?.acknowledge();
  await expect.poll(() => asked.length).toBe(3);
  asked[2]?.acknowledge();
  await expect.poll(() => told).toEqual([`b in ${other?.partition}`, `a in ${one?.partition}`]);
});
