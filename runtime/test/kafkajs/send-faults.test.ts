import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { bootstrap, createTopic, uniqueTopic, withAdmin } from '../../../broker/test/kafka.ts';
import { createCluster } from '../../src/kafkajs/cluster.ts';
import { KafkaFaultError } from '../../src/kafkajs/errors.ts';
import { createSender } from '../../src/kafkajs/send.ts';
import { faultProxy } from './fault-proxy.ts';
import type { Verdict } from '../../../broker/src/fault-proxy.ts';

const PRODUCE = 0;
const METADATA = 3;

async function setUp(prefix: string, options: { partitions?: number } = {}) {
  const topic = await createTopic(uniqueTopic(prefix), options);
  const proxy = await faultProxy(bootstrap().split(',')[0] ?? '');
  const log = pino({ level: 'silent' });
  const cluster = createCluster({
    bootstrap: [proxy.address],
    clientId: 'test',
    log,
    connectionTimeoutMs: 1_000,
  });
  onTestFinished(async () => await cluster.disconnect());
  await cluster.connect();
  const sender = createSender({ cluster });
  const send = async (value: string, { timeoutMs = 10_000, partition = 0 } = {}) =>
    await sender.send({
      topic,
      partition,
      messages: [{ key: null, value: Buffer.from(value) }],
      compression: 'none',
      timeoutMs,
    });
  const logEnd = async (): Promise<number> =>
    await withAdmin(async (admin) => Number((await admin.fetchTopicOffsets(topic))[0]?.high));
  return { topic, proxy, cluster, sender, send, logEnd };
}

async function failureOf(sending: Promise<unknown>): Promise<KafkaFaultError> {
  const error = await sending.catch((reason: unknown) => reason);
  if (error instanceof KafkaFaultError) return error;
  throw new Error('this is no KafkaFaultError', { cause: error });
}

/** Does `fault` to the answers of one API, the first time only. */
function once(apiKey: number, fault: Verdict): (key: number) => Verdict {
  let done = false;
  return (key) => {
    if (key !== apiKey || done) return 'pass';
    done = true;
    return fault;
  };
}

test('where the acknowledgement is lost with its connection, it may have been written', async () => {
  const { proxy, send, logEnd } = await setUp('cut');
  proxy.judge = once(PRODUCE, 'cut');
  const error = await failureOf(send('a'));
  expect(error).toMatchObject({ fault: { network: true, retriable: true } });
  expect(await logEnd()).toBe(1);
  expect(await send('a')).toEqual({ baseOffset: 1 });
});

test('where no acknowledgement comes in time, it may have been written, and the next try has a fresh connection', async () => {
  const { proxy, send } = await setUp('held');
  proxy.judge = once(PRODUCE, 'hold');
  const error = await failureOf(send('a', { timeoutMs: 500 }));
  expect(error).toMatchObject({ fault: { network: true, retriable: true } });
  expect(await send('a')).toEqual({ baseOffset: 1 });
});

test('one partition’s fault is not another’s', async () => {
  const { proxy, send } = await setUp('beside', { partitions: 2 });
  await send('a');
  await send('a', { partition: 1 });
  proxy.judge = once(PRODUCE, 'hold');
  const failing = failureOf(send('b', { timeoutMs: 500 }));
  expect(await send('b', { partition: 1 })).toEqual({ baseOffset: 1 });
  expect(await failing).toMatchObject({ fault: { network: true } });
});

test('what waits for its turn beyond its time was not written', async () => {
  const { proxy, send, logEnd } = await setUp('queued');
  await send('a');
  proxy.judge = once(PRODUCE, 'hold');
  const first = failureOf(send('b', { timeoutMs: 1_500 }));
  expect(await failureOf(send('c', { timeoutMs: 300 }))).toMatchObject({
    fault: { network: true },
  });
  expect(await first).toMatchObject({ fault: { network: true } });
  expect(await send('d')).toEqual({ baseOffset: 2 });
  expect(await logEnd()).toBe(3);
});

test('where Kafka is away nothing is written, and it goes on when Kafka is back', async () => {
  const { proxy, send, logEnd } = await setUp('away');
  await send('a');
  await proxy.shut();
  expect(await failureOf(send('b', { timeoutMs: 2_000 }))).toMatchObject({ fault: { network: true } });
  await proxy.reopen();
  expect(await send('c')).toEqual({ baseOffset: 1 });
  expect(await logEnd()).toBe(2);
});

test('a send that was given up before it was written is never written later', async () => {
  const { proxy, cluster, send, logEnd } = await setUp('late');
  const { promise: released, resolve: release } = Promise.withResolvers<Verdict>();
  proxy.judge = (apiKey) => (apiKey === METADATA ? released : 'pass');
  expect(await failureOf(send('a', { timeoutMs: 300 }))).toMatchObject({ fault: { network: true } });
  release('pass');
  await cluster.refreshMetadata();
  expect(await send('b')).toEqual({ baseOffset: 0 });
  expect(await logEnd()).toBe(1);
});

/** A Produce answer has its first error code behind length, correlation id, one topic's name, and a partition number. */
function withCode(code: number): (apiKey: number, frame: Buffer) => Verdict {
  let done = false;
  return (apiKey, frame) => {
    if (apiKey !== PRODUCE || done) return 'pass';
    done = true;
    const nameBytes = frame.readInt16BE(12);
    frame.writeInt16BE(code, 14 + nameBytes + 4 + 4);
    return frame;
  };
}

test.each([
  [19, 'NOT_ENOUGH_REPLICAS', true],
  [29, 'TOPIC_AUTHORIZATION_FAILED', false],
  [20, 'NOT_ENOUGH_REPLICAS_AFTER_APPEND', true],
  [7, 'REQUEST_TIMED_OUT', true],
  [6, 'NOT_LEADER_FOR_PARTITION', true],
  [-1, 'UNKNOWN', true],
])('answer %i is %s; retriable: %s', async (code, type, retriable) => {
  const { proxy, send } = await setUp('coded');
  proxy.judge = withCode(code);
  expect(await failureOf(send('a'))).toMatchObject({ fault: { type, retriable } });
  expect(await send('a')).toEqual({ baseOffset: 1 });
});

test('after a leader denied its office the layout is learnt anew before the next send', async () => {
  const { proxy, send } = await setUp('moved');
  await send('a');
  const layoutsAsked = () => proxy.requests.filter(({ apiKey }) => apiKey === METADATA).length;
  const before = layoutsAsked();
  await send('b');
  expect(layoutsAsked()).toBe(before);
  proxy.judge = withCode(6);
  await failureOf(send('c'));
  await send('d');
  expect(layoutsAsked()).toBe(before + 1);
});

test('an answer that does not speak of the partition is no acknowledgement', async () => {
  const { proxy, send } = await setUp('other');
  let done = false;
  proxy.judge = (apiKey, frame) => {
    if (apiKey !== PRODUCE || done) return 'pass';
    done = true;
    frame.writeInt32BE(99, 14 + frame.readInt16BE(12) + 4);
    return frame;
  };
  expect(await failureOf(send('a'))).toMatchObject({ fault: { type: 'UNEXPECTED' } });
});
