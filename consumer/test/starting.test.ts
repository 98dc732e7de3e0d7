import kafkajs from 'kafkajs';
import { expect, test } from 'vitest';
import { bootstrap, createTopic, uniqueTopic, withAdmin } from '../../broker/test/kafka.ts';
import { forbidCreation } from '../../runtime/test/forbidden-creation.ts';
import { faultProxy } from '../../runtime/test/kafkajs/fault-proxy.ts';
import { startConsumer, total, until, type RunningConsumer } from './consumer-process.ts';
import { userDeleted, write, written } from './written-events.ts';

const isReady = async (consumer: RunningConsumer) => (await consumer.health('/readyz')) === 200;
const warnings = ({ lines }: RunningConsumer) => lines.filter(({ level }) => level === 'warn');

const unknownTopics = () => ({
  KAFKA_BOOTSTRAP_SERVERS: bootstrap(),
  KAFKA_TOPICS: uniqueTopic('missing'),
  DLQ_TOPIC: uniqueTopic('missing-dlq'),
  CONSUMER_GROUP_ID: uniqueTopic('group'),
});

test('topics that are missing are created, and it is said at WARN', async () => {
  const env = unknownTopics();
  const consumer = await startConsumer(env);
  await until(async () => await isReady(consumer));
  expect(await consumer.end('SIGTERM')).toBe(0);
  expect(warnings(consumer)).toContainEqual(
    expect.objectContaining({ msg: 'topic was missing: created it', topic: env.KAFKA_TOPICS, partitions: 6 }),
  );
  expect(warnings(consumer)).toContainEqual(
    expect.objectContaining({
      msg: 'topic was missing: created it',
      topic: env.DLQ_TOPIC,
      partitions: 1,
      config: { 'retention.ms': '-1', 'max.message.bytes': '16777216' },
    }),
  );
});

test('where it may not create them it waits and says so; it is alive, not ready, and goes on once it may', async () => {
  const proxy = await faultProxy(bootstrap());
  const env = { ...unknownTopics(), KAFKA_BOOTSTRAP_SERVERS: proxy.address };
  await createTopic(env.DLQ_TOPIC);
  forbidCreation(proxy, env.KAFKA_TOPICS);
  const consumer = await startConsumer(env);
  const reason = `not allowed to create ${env.KAFKA_TOPICS} (TOPIC_AUTHORIZATION_FAILED)`;
  await until(() => warnings(consumer).some((line) => line['reason'] === reason));
  expect(await consumer.health('/readyz')).toBe(503);
  expect(JSON.stringify(await consumer.facts('/readyz'))).toContain(reason);
  expect(await consumer.health('/healthz')).toBe(200);
  proxy.judge = () => 'pass';
  await until(async () => await isReady(consumer));
  expect(await consumer.end('SIGTERM')).toBe(0);
});

test('Kafka away at the start: it says so, is alive and not ready, and stops with 0 when it is asked to', async () => {
  const proxy = await faultProxy(bootstrap());
  await proxy.shut();
  const consumer = await startConsumer({ ...unknownTopics(), KAFKA_BOOTSTRAP_SERVERS: proxy.address });
  await until(() => warnings(consumer).some(({ reason }) => String(reason).includes('ECONNREFUSED')));
  expect(await consumer.health('/readyz')).toBe(503);
  const facts = await consumer.facts('/readyz');
  expect(facts).toMatchObject({
    kafkaDownSince: expect.any(String),
    kafkaAway: {
      bootstrap: { since: facts['kafkaDownSince'], reason: expect.stringContaining('ECONNREFUSED') },
    },
  });
  expect(await consumer.health('/healthz')).toBe(200);
  expect(await consumer.end('SIGTERM')).toBe(0);
});

test('a dead letter topic that forgets is warned of, and a member without a partition is ready', async () => {
  const env = await written([{ key: 'k', value: userDeleted('e') }]);
  await createTopic(env.DLQ_TOPIC, { config: { 'retention.ms': '3600000' } });
  const [one, other] = await Promise.all([startConsumer(env), startConsumer(env)]);
  await until(async () => (await isReady(one)) && (await isReady(other)));
  const owned = async () =>
    (await Promise.all([one.facts('/readyz'), other.facts('/readyz')])).flatMap(
      ({ partitions }) => partitions as string[],
    );
  await until(async () => (await owned()).length === 1 && (await isReady(one)) && (await isReady(other)));
  expect(await owned()).toEqual([`${env.KAFKA_TOPICS}/0`]);
  expect(await Promise.all([one.end('SIGTERM'), other.end('SIGTERM')])).toEqual([0, 0]);
  expect(warnings(one)).toContainEqual(
    expect.objectContaining({ topic: env.DLQ_TOPIC, 'retention.ms': '3600000' }),
  );
});

const setLargestMessage = async (topic: string, bytes: string) =>
  await withAdmin(
    async (admin) =>
      await admin.alterConfigs({
        validateOnly: false,
        resources: [
          {
            type: kafkajs.ConfigResourceTypes.TOPIC,
            name: topic,
            configEntries: [{ name: 'max.message.bytes', value: bytes }],
          },
        ],
      }),
  );

test('a letter that the broker refuses holds its partition alone, is not skipped, and heals by itself', async () => {
  const env = await written(
    [
      { key: 'k', value: Buffer.from('{') },
      { key: 'l', partition: 1, value: userDeleted('e0') },
    ],
    2,
  );
  await createTopic(env.DLQ_TOPIC, { config: { 'max.message.bytes': '200' } });
  const consumer = await startConsumer({ ...env, RETRY_BACKOFF_SEC: '0', COMMIT_INTERVAL_MESSAGES: '1' });
  const held = async () => Object.keys((await consumer.facts('/readyz'))['held'] as object);
  await until(async () => (await held()).length === 1);
  expect(await held()).toEqual([`${env.KAFKA_TOPICS}/0`]);
  expect(await consumer.health('/readyz')).toBe(503);
  expect(await consumer.health('/healthz')).toBe(200);
  expect(total(await consumer.metrics(), 'consumer_partitions_held')).toBe(1);
  // What came behind it waits, what is on the other partition does not.
  await write(env.KAFKA_TOPICS, [
    { key: 'other', value: userDeleted('e1') },
    { key: 'l', partition: 1, value: userDeleted('e2') },
  ]);
  await until(async () => total(await consumer.metrics(), 'consumer_events_handled_total') === 2);
  await setLargestMessage(env.DLQ_TOPIC, '1000000');
  await until(async () => total(await consumer.metrics(), 'consumer_records_settled_total') === 4);
  await until(async () => await isReady(consumer));
  expect(total(await consumer.metrics(), 'consumer_dead_letters_total')).toBe(1);
  expect(await consumer.end('SIGTERM')).toBe(0);
  const handled = consumer.lines.filter(({ msg }) => msg === 'handled').map(({ eventId }) => eventId);
  expect(handled).toEqual(['e0', 'e2', 'e1']);
});
