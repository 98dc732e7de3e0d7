import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { bootstrap, createTopic, uniqueTopic } from '../../broker/test/kafka.ts';
import { createCluster } from '../src/kafkajs/cluster.ts';
import { describeTopicConfig, ensureTopics } from '../src/topics.ts';
import type { TopicPlan, TopicsState } from '../src/topics.ts';
import { CREATE_TOPICS, forbidCreation, refused } from './forbidden-creation.ts';
import { faultProxy } from './kafkajs/fault-proxy.ts';

const UNTIL_STOPPED = new AbortController().signal;

function rig(address: string = bootstrap()) {
  const lines: { level: number; msg: string; topic?: string; reason?: string }[] = [];
  const log = pino({}, { write: (line: string) => lines.push(JSON.parse(line)) });
  const cluster = createCluster({
    bootstrap: address.split(','),
    clientId: 'test',
    log,
    connectionTimeoutMs: 2_000,
  });
  onTestFinished(async () => await cluster.disconnect());
  const states: TopicsState[] = [];
  const ensure = async (topics: TopicPlan[], signal: AbortSignal = UNTIL_STOPPED) =>
    await ensureTopics({ cluster, topics, log, signal, onState: (state) => states.push(state) });
  return { cluster, ensure, states, lines };
}

const plan = (name: string, config: Record<string, string> = {}): TopicPlan => ({
  name,
  partitions: 6,
  config,
});

test('creates what is missing, as planned, and says so at WARN', async () => {
  const there = await createTopic(uniqueTopic('there'), { partitions: 2 });
  const missing = uniqueTopic('missing');
  const { cluster, ensure, states, lines } = rig();
  expect(
    await ensure([plan(there), plan(missing, { 'retention.ms': '-1', 'max.message.bytes': '16777216' })]),
  ).toBe(true);
  expect(states.at(-1)).toEqual({ missing: [], reason: null, isKafkaAway: false });
  expect(cluster.topicPartitions(missing)).toHaveLength(6);
  expect(cluster.topicPartitions(there)).toHaveLength(2);
  const created = lines.filter(({ msg }) => msg.includes('created'));
  expect(created).toMatchObject([{ level: 40, topic: missing }]);
  const config = await describeTopicConfig(cluster, missing, [
    'retention.ms',
    'max.message.bytes',
    'unheard.of',
  ]);
  expect(Object.fromEntries(config)).toEqual({ 'retention.ms': '-1', 'max.message.bytes': '16777216' });
});

test('says nothing where nothing is missing', async () => {
  const there = await createTopic(uniqueTopic('there'));
  const { ensure, lines } = rig();
  expect(await ensure([plan(there)])).toBe(true);
  expect(lines).toEqual([]);
});

test('two services that race both succeed, and one creates', async () => {
  const name = uniqueTopic('raced');
  const rigs = [rig(), rig(), rig()];
  expect(await Promise.all(rigs.map(async ({ ensure }) => await ensure([plan(name)])))).toEqual([
    true,
    true,
    true,
  ]);
  const created = rigs.flatMap(({ lines }) => lines).filter(({ msg }) => msg.includes('created'));
  expect(created).toHaveLength(1);
});

test('a topic that another service was quicker to create is fine, and asked for in the terms that allow a default', async () => {
  const proxy = await faultProxy(bootstrap().split(',')[0] ?? '');
  const { ensure, states, lines } = rig(proxy.address);
  proxy.judge = (apiKey, frame) => (apiKey === CREATE_TOPICS ? refused(frame, 36) : 'pass');
  const name = uniqueTopic('quicker');
  expect(await ensure([plan(name)])).toBe(true);
  expect(states.flatMap(({ reason }) => reason ?? []).filter((reason) => reason.includes('created'))).toEqual(
    [],
  );
  expect(lines.filter(({ msg }) => msg.includes('created'))).toEqual([]);
  // KIP-464: "the broker's default" is a number of replicas from version 4 on.
  expect(proxy.requests).toContainEqual(expect.objectContaining({ apiKey: CREATE_TOPICS, version: 4 }));
});

test('waits where it may not create, says so, and goes on once it may', async () => {
  const proxy = await faultProxy(bootstrap().split(',')[0] ?? '');
  const name = uniqueTopic('forbidden');
  const { ensure, states, lines } = rig(proxy.address);
  forbidCreation(proxy, name);
  const ensuring = ensure([plan(name)]);
  await expect.poll(() => states.length).toBeGreaterThan(0);
  expect(states[0]).toEqual({
    missing: [name],
    reason: `not allowed to create ${name} (TOPIC_AUTHORIZATION_FAILED)`,
    isKafkaAway: false,
  });
  expect(lines).toMatchObject([{ level: 40, msg: 'waiting for the topics', reason: states[0]?.reason }]);
  proxy.judge = () => 'pass';
  expect(await ensuring).toBe(true);
  expect(lines.at(-1)?.msg).toBe('the topics are there');
});

test('waits for Kafka, however often it fails, until it is asked to stop', async () => {
  const proxy = await faultProxy(bootstrap().split(',')[0] ?? '');
  await proxy.shut();
  const { ensure, states, lines } = rig(proxy.address);
  const stopping = new AbortController();
  const ensuring = ensure([plan('never')], stopping.signal);
  await expect.poll(() => states.length, { timeout: 10_000 }).toBeGreaterThan(1);
  expect(states[0]).toMatchObject({
    missing: ['never'],
    reason: expect.stringContaining('ECONNREFUSED'),
    isKafkaAway: true,
  });
  // One line for each reason, however often it holds: a connection that was open can be lost for another one at first.
  const reasons = lines.flatMap(({ msg, reason }) => (msg === 'waiting for the topics' ? [reason] : []));
  expect(reasons).toEqual([...new Set(reasons)]);
  expect(reasons).not.toEqual([]);
  stopping.abort();
  expect(await ensuring).toBe(false);
});

test('finds Kafka when it comes up', async () => {
  const proxy = await faultProxy(bootstrap().split(',')[0] ?? '');
  await proxy.shut();
  const { ensure, states } = rig(proxy.address);
  const ensuring = ensure([plan(uniqueTopic('later'))]);
  await expect.poll(() => states.length).toBeGreaterThan(0);
  await proxy.reopen();
  expect(await ensuring).toBe(true);
});

test('a plan that Kafka refuses is said as it is', async () => {
  const { ensure, states } = rig();
  const stopping = new AbortController();
  const name = uniqueTopic('odd');
  const ensuring = ensure([plan(name, { 'retention.ms': 'soon' })], stopping.signal);
  await expect.poll(() => states.length).toBeGreaterThan(0);
  expect(states[0]?.reason).toContain('INVALID_CONFIG');
  stopping.abort();
  expect(await ensuring).toBe(false);
});
