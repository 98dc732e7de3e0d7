import type { KafkaCluster } from '@event-pipeline/runtime/kafkajs/cluster.ts';
import { faultOf, makeFault } from '@event-pipeline/runtime/kafkajs/errors.ts';
import type { GrowingBatch } from '@event-pipeline/runtime/kafkajs/growing-batch.ts';
import type { ProduceRequest } from '@event-pipeline/runtime/kafkajs/broker-types.ts';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createLetterBox } from '../src/letter-box.ts';

/** A box on a dead letter topic that takes batches as the test says; `sent` counts the letters of each. */
function boxOn(answer: (request: ProduceRequest) => string | null, lease = { held: true }) {
  const sent: number[] = [];
  const { promise: leader, resolve: findLeader } = Promise.withResolvers<void>();
  if (lease.held) findLeader();
  const broker = {
    produce: async (request: ProduceRequest) => {
      request.onWrite();
      sent.push((request.messages as GrowingBatch).count);
      const type = answer(request);
      return { baseOffset: 0, fault: type === null ? null : makeFault(type, 'refused') };
    },
  };
  const cluster = {
    connect: async () => undefined,
    disconnect: async () => undefined,
    addTargetTopics: async () => undefined,
    topicPartitions: () => [{ partition: 0, leader: 1 }],
    broker: async () => {
      await leader;
      return broker;
    },
  } as unknown as KafkaCluster;
  const box = createLetterBox({
    topic: 'letters',
    createCluster: () => cluster,
    newPermit: () => () => lease.held,
  });
  return { box, sent, findLeader, post: async (text: string) => await posted(box, text) };
}

/** Posts a letter. @returns what became of it: `taken`, or the name of the fault */
async function posted(box: ReturnType<typeof createLetterBox>, text: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  box.post({
    placeOfKey: { buffer: Buffer.alloc(0), keyStart: -1, keyEnd: -1 },
    partition: 0,
    sizeBytes: 1,
    make: () => ({
      key: null,
      value: Buffer.from(text),
      encodedHeaders: { count: 0, bytes: Buffer.alloc(0) },
    }),
    taken: () => resolve('taken'),
    refused: (error) => resolve(faultOf(error).type),
  });
  return await promise;
}

/** Long enough for what needs no timer. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => void setImmediate(resolve));
}

const holdsBad = ({ messages }: ProduceRequest): boolean => (messages as GrowingBatch).bytes.includes('bad');

test.each(['INVALID_RECORD', 'MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE'])(
  'a letter that is refused as %s takes no other with it',
  async (type) => {
    const { post, sent } = boxOn((request) => (holdsBad(request) ? type : null));
    expect(await Promise.all(['a', 'bad', 'b'].map(post))).toEqual(['taken', type, 'taken']);
    expect(sent).toEqual([3, 1, 1, 1]);
  },
);

test('what befalls a batch as a whole is told to each of its letters, and none is sent again', async () => {
  const { post, sent } = boxOn(() => 'TOPIC_AUTHORIZATION_FAILED');
  const refusal = 'TOPIC_AUTHORIZATION_FAILED';
  expect(await Promise.all(['a', 'bad', 'b'].map(post))).toEqual([refusal, refusal, refusal]);
  expect(sent).toEqual([3]);
});

test('an outage that comes while letters of a refused batch go one by one is not waited out for each', async () => {
  const answers = ['INVALID_RECORD', null, 'REQUEST_TIMED_OUT'];
  const { post, sent } = boxOn(() => answers.shift() ?? null);
  const late = 'REQUEST_TIMED_OUT';
  expect(await Promise.all(['a', 'b', 'c', 'd'].map(post))).toEqual(['taken', late, late, late]);
  expect(sent).toEqual([4, 1, 1]);
});

test('a letter whose lease ends while the leader is looked for is not written', async () => {
  const lease = { held: false };
  const { post, sent, findLeader } = boxOn(() => null, lease);
  const letters = ['a', 'b'].map(post);
  findLeader();
  expect(await Promise.all(letters)).toEqual(['WITHDRAWN', 'WITHDRAWN']);
  expect(sent).toEqual([]);
  lease.held = true;
  expect(await post('c')).toBe('taken');
});

test('behind several letters the next wait for a moment, to go together; behind a single one, or many, they do not', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const { post, sent } = boxOn(() => null);
  expect([await post('a'), await post('b')]).toEqual(['taken', 'taken']);
  await Promise.all(['c', 'd'].map(post));
  const waiting = [post('e')];
  await turns();
  waiting.push(post('f'));
  await turns();
  expect(sent).toEqual([1, 1, 2]);
  vi.advanceTimersByTime(5);
  expect(await Promise.all(waiting)).toEqual(['taken', 'taken']);
  expect(sent).toEqual([1, 1, 2, 2]);
  await Promise.all(Array.from({ length: 50 }, async () => await post('many')));
  expect(sent).toEqual([1, 1, 2, 2, 50]);
});

test('where nothing else can be done, no letter waits for more', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const { box, post, sent } = boxOn(() => null);
  await Promise.all(['a', 'b'].map(post));
  const waiting = post('c');
  await turns();
  expect(sent).toEqual([2]);
  box.hurry();
  expect(await waiting).toBe('taken');
  expect(sent).toEqual([2, 1]);
});
