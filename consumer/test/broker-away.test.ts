import { createCluster } from '@event-pipeline/runtime/kafkajs/cluster.ts';
import kafkajs from 'kafkajs';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { uniqueTopic } from '../../broker/test/kafka.ts';
import { startCluster } from '../../broker/src/start-cluster.ts';
import { startConsumer, total, until } from './consumer-process.ts';
import { userDeleted } from './written-events.ts';

/** Three brokers, and a topic with three partitions that lie on all of them. */
async function threeBrokers(topic: string) {
  // A dead node's session is waited for before others lead its partitions: by default 9 s.
  const properties = { 'broker.session.timeout.ms': '3000', 'broker.heartbeat.interval.ms': '500' };
  const cluster = await startCluster({ brokers: 3, properties });
  onTestFinished(async () => await cluster.stop());
  const client = new kafkajs.Kafka({
    brokers: cluster.bootstrap.split(','),
    logLevel: kafkajs.logLevel.NOTHING,
    connectionTimeout: 5_000,
    retry: { retries: 30, maxRetryTime: 1_000 },
  });
  const admin = client.admin();
  await admin.connect();
  const topics = [{ topic, numPartitions: 3, replicationFactor: 3 }];
  await admin.createTopics({ waitForLeaders: true, topics });
  await admin.disconnect();
  const writeToEach = async (): Promise<void> => {
    const producer = client.producer();
    await producer.connect();
    const messages = [0, 1, 2].map((partition) => ({ partition, value: userDeleted(`e${partition}`) }));
    await producer.send({ topic, messages });
    await producer.disconnect();
  };
  return { cluster, writeToEach };
}

async function coordinatorOf(bootstrap: string, groupId: string): Promise<number> {
  const log = pino({ level: 'silent' });
  const cluster = createCluster({ bootstrap: bootstrap.split(','), clientId: 'test', log });
  await cluster.connect();
  const { nodeId } = await cluster.findGroupCoordinator({ groupId });
  await cluster.disconnect();
  return nodeId;
}

test('one of three brokers away: named, and ready again as soon as others lead its partitions', async () => {
  const [topic, groupId] = [uniqueTopic('events'), uniqueTopic('group')];
  const { cluster, writeToEach } = await threeBrokers(topic);
  await writeToEach();
  const consumer = await startConsumer({
    KAFKA_BOOTSTRAP_SERVERS: cluster.bootstrap,
    KAFKA_TOPICS: topic,
    DLQ_TOPIC: uniqueTopic('letters'),
    CONSUMER_GROUP_ID: groupId,
  });
  const handled = async () => total(await consumer.metrics(), 'consumer_events_handled_total');
  await until(async () => (await handled()) === 3 && (await consumer.health('/readyz')) === 200);
  const coordinator = await coordinatorOf(cluster.bootstrap, groupId);
  const node = cluster.nodes.find(({ nodeId }) => nodeId !== coordinator);
  const away = async () => (await consumer.facts('/readyz'))['kafkaAway'];
  expect(await away()).toEqual({});

  await node?.kill();
  const name = `broker ${node?.nodeId}`;
  await until(async () => Object.keys((await away()) as object).includes(name));
  await until(async () => (await consumer.health('/readyz')) === 200);
  expect(await away()).toEqual({ [name]: { since: expect.any(String), reason: expect.any(String) } });
  await writeToEach();
  await until(async () => (await handled()) === 6);
  expect(await consumer.end('SIGTERM')).toBe(0);
});
