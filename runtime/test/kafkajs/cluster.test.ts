import { randomUUID } from 'node:crypto';
import net from 'node:net';
import { pino } from 'pino';
import { afterEach, expect, test, vi } from 'vitest';
import { bootstrap, createTopic, uniqueTopic, withAdmin } from '../../../broker/test/kafka.ts';
import { parseAddress } from '../../src/kafkajs/bootstrap-address.ts';
import { createCluster } from '../../src/kafkajs/cluster.ts';
import type { KafkaCluster } from '../../src/kafkajs/cluster.ts';
import { faultOf } from '../../src/kafkajs/errors.ts';
import { createSender } from '../../src/kafkajs/send.ts';
import { peer } from './fixes/rig.ts';

const log = pino({ level: 'silent' });
const clusters: KafkaCluster[] = [];

async function connected(options: Partial<Parameters<typeof createCluster>[0]> = {}): Promise<KafkaCluster> {
  const cluster = createCluster({ bootstrap: bootstrap().split(','), clientId: 'test', log, ...options });
  clusters.push(cluster);
  await cluster.connect();
  return cluster;
}

afterEach(async () => {
  await Promise.all(clusters.splice(0).map(async (cluster) => await cluster.disconnect()));
});

test('knows the partitions and leaders of the topics that it was asked to know', async () => {
  const topic = await createTopic(uniqueTopic('layout'), { partitions: 3 });
  const cluster = await connected();
  expect(cluster.topicPartitions(topic)).toEqual([]);
  await cluster.addTargetTopics([topic]);
  expect(cluster.topicPartitions(topic).map(({ partition }) => partition)).toEqual([0, 1, 2]);
  for (const { leader } of cluster.topicPartitions(topic)) expect(cluster.nodeIds()).toContain(leader);
  expect(cluster.topicError(topic)).toBeNull();
});

test('a topic that is missing does not hide the others', async () => {
  const topic = await createTopic(uniqueTopic('there'));
  const missing = uniqueTopic('missing');
  const cluster = await connected();
  await cluster.addTargetTopics([missing, topic]);
  expect(cluster.topicPartitions(topic)).toHaveLength(1);
  expect(cluster.topicPartitions(missing)).toEqual([]);
  expect(cluster.topicError(missing)).toBe('UNKNOWN_TOPIC_OR_PARTITION');
});

test('a group comes together, commits with metadata and reads it back, while a second join waits', async () => {
  const topic = await createTopic(uniqueTopic('group'));
  const groupId = `group-${randomUUID()}`;
  const cluster = await connected();
  const ids: string[] = [];
  const join = {
    groupId,
    sessionTimeout: 10_000,
    rebalanceTimeout: 30_000,
    memberId: '',
    groupProtocols: [{ name: 'p', metadata: Buffer.from('me') }],
  };
  // A broker that has just started may have no coordinator for a moment, or one that has yet to load.
  const [coordinator, joined] = await vi.waitFor(async () => {
    const found = await cluster.findGroupCoordinator({ groupId });
    return [found, await found.joinGroup({ ...join, onMemberId: (id) => ids.push(id) })] as const;
  }, 20_000);
  const { memberId, generationId } = joined;
  expect(ids).toEqual([memberId]);
  expect(joined.members.map(({ memberMetadata }) => memberMetadata.toString())).toEqual(['me']);
  const assignment = Buffer.from('all');
  const synced = await coordinator.syncGroup({
    groupId,
    generationId,
    memberId,
    groupAssignment: [{ memberId, memberAssignment: assignment }],
  });
  expect(synced.memberAssignment).toEqual(assignment);

  // The second member's join is answered only when the first joins again: nothing else may wait for it.
  const second = coordinator.joinGroup(join);
  const topics = [{ topic, partitions: [{ partition: 0, offset: '7', metadata: 'settled: 9' }] }];
  await coordinator.offsetCommit({ groupId, groupGenerationId: generationId, memberId, topics });
  // Of a topic that is gone there is nothing to commit; that keeps no other from being committed.
  const gone = { topic: uniqueTopic('gone'), partitions: [{ partition: 0, offset: '3', metadata: '' }] };
  const both = { groupId, groupGenerationId: generationId, memberId, topics: [gone, ...topics] };
  const refused = await coordinator.offsetCommit(both);
  expect(refused.map(({ error, ...which }) => [which, faultOf(error).type])).toEqual([
    [{ topic: gone.topic, partition: 0 }, 'UNKNOWN_TOPIC_OR_PARTITION'],
  ]);
  expect([cluster.isMissing(gone.topic), cluster.isMissing(topic)]).toEqual([false, false]);
  await cluster.addTargetTopics([gone.topic]);
  expect([cluster.isMissing(gone.topic), cluster.isMissing(topic)]).toEqual([true, false]);
  expect(await coordinator.offsetCommit({ ...both, isGone: (name) => name === gone.topic })).toEqual([]);
  const asked = [{ topic, partitions: [{ partition: 0 }] }];
  const { responses } = await coordinator.offsetFetch({ groupId, topics: asked });
  expect(responses).toMatchObject([{ topic, partitions: [{ offset: '7', metadata: 'settled: 9' }] }]);
  await cluster.refreshMetadata();

  await coordinator.leaveGroup({ groupId, memberId });
  const next = await second;
  expect(next.leaderId).toBe(next.memberId);
  const stale = await coordinator
    .heartbeat({ groupId, groupGenerationId: generationId, memberId })
    .catch(faultOf);
  expect(stale).toMatchObject({ type: 'UNKNOWN_MEMBER_ID', network: false });
  await coordinator.leaveGroup({ groupId, memberId: next.memberId });
});

test('lists both ends of a log, leaving out a partition that is not there', async () => {
  const topic = await createTopic(uniqueTopic('ends'));
  const cluster = await connected();
  const sender = createSender({ cluster });
  const messages = [{ key: null, value: Buffer.from('a') }];
  await sender.send({ topic, partition: 0, messages, compression: 'none', timeoutMs: 10_000 });
  const [nodeId] = cluster.nodeIds();
  const broker = await cluster.broker(nodeId ?? -1);
  const at = async (timestamp: number, partitions: number[]) =>
    await broker.listOffsets({
      isolationLevel: 1,
      topics: [{ topic, partitions: partitions.map((partition) => ({ partition, timestamp })) }],
    });
  expect(await at(-2, [0, 9])).toMatchObject({
    responses: [{ partitions: [{ partition: 0, offset: '0' }] }],
  });
  expect(await at(-1, [0])).toMatchObject({ responses: [{ partitions: [{ partition: 0, offset: '1' }] }] });
  await expect(at(-1, [9])).rejects.toMatchObject({ type: 'UNKNOWN_TOPIC_OR_PARTITION' });
});

test('after disconnect nothing connects any more', async () => {
  const cluster = await connected();
  const topic = await createTopic(uniqueTopic('late'));
  await cluster.disconnect();
  expect(faultOf(await cluster.connect().catch((error: unknown) => error)).network).toBe(true);
  expect(faultOf(await cluster.addTargetTopics([topic]).catch((error: unknown) => error)).network).toBe(true);
});

test('turns to the next bootstrap server where one refuses', async () => {
  const cluster = await connected({ bootstrap: ['127.0.0.1:1', ...bootstrap().split(',')] });
  expect(cluster.nodeIds().length).toBeGreaterThan(0);
});

test('does not wait for a bootstrap server that says nothing', async () => {
  const { port } = await peer((socket) => socket.resume());
  const silent = `127.0.0.1:${port}`;
  const cluster = await connected({
    bootstrap: [silent, ...bootstrap().split(',')],
    connectionTimeoutMs: 600_000,
  });
  expect(cluster.nodeIds().length).toBeGreaterThan(0);
});

test('of all bootstrap servers that answer one keeps a connection', async () => {
  const broker = parseAddress(bootstrap().split(',')[0] ?? '');
  const doorTo = async () =>
    await peer((socket) => {
      const way = net.connect(broker).on('error', () => socket.destroy());
      socket.pipe(way).pipe(socket);
    });
  const doors = await Promise.all([doorTo(), doorTo(), doorTo()]);
  await connected({ bootstrap: doors.map(({ port }) => `127.0.0.1:${port}`) });
  const came = () => doors.flatMap(({ accepted }) => accepted);
  await expect
    .poll(() => [came().length, came().filter(({ destroyed }) => !destroyed).length])
    .toEqual([3, 1]);
});

test('sees partitions that are added', async () => {
  const topic = await createTopic(uniqueTopic('growing'));
  const cluster = await connected();
  await cluster.addTargetTopics([topic]);
  await withAdmin(async (admin) => {
    await admin.createPartitions({ topicPartitions: [{ topic, count: 4 }] });
  });
  await expect
    .poll(async () => {
      await cluster.refreshMetadata();
      return cluster.topicPartitions(topic).length;
    })
    .toBe(4);
});
