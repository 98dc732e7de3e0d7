import { createCluster } from '@event-pipeline/runtime/kafkajs/cluster.ts';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { bootstrap, createTopic, withAdmin } from '../../broker/test/kafka.ts';
import { startConsumer, until, type RunningConsumer } from './consumer-process.ts';
import { userDeleted, write, written } from './written-events.ts';

const events = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, n) => ({ key: `k${n}`, value: userDeleted(`${prefix}-${n}`) }));

const handled = ({ lines }: RunningConsumer, prefix: string): number =>
  new Set(lines.map(({ eventId }) => String(eventId)).filter((id) => id.startsWith(`${prefix}-`))).size;

async function committed(groupId: string, topic: string) {
  const [offsets] = await withAdmin(async (admin) => await admin.fetchOffsets({ groupId, topics: [topic] }));
  const { offset = '-1', metadata = null } = offsets?.partitions[0] ?? {};
  return { offset, metadata };
}

/** The topic again, as another one, with more records than the old one had. */
async function makeAnew(topic: string): Promise<void> {
  await withAdmin(async (admin) => await admin.deleteTopics({ topics: [topic] }));
  // The name is free when the deletion has come round.
  await until(
    async () =>
      await createTopic(topic).then(
        () => true,
        () => false,
      ),
  );
  await write(topic, events('new', 400));
}

test('a topic that is made anew and has grown past the old position is read from its start', async () => {
  const env = await written(events('old', 300));
  const [topic, groupId] = [env.KAFKA_TOPICS, env.CONSUMER_GROUP_ID];
  const consumer = await startConsumer({ ...env, COMMIT_INTERVAL_MESSAGES: '10' });
  await until(() => handled(consumer, 'old') === 300);
  await until(async () => (await committed(groupId, topic)).offset === '300');
  consumer.freeze(true);
  await makeAnew(topic);
  consumer.freeze(false);
  await until(() => handled(consumer, 'new') === 400);
  expect(await consumer.end('SIGTERM')).toBe(0);
  expect((await committed(groupId, topic)).offset).toBe('400');
});

test('a commit of a topic that was deleted counts for nothing in one of the same name', async () => {
  const env = await written(events('old', 300));
  const [topic, groupId] = [env.KAFKA_TOPICS, env.CONSUMER_GROUP_ID];
  const first = await startConsumer(env);
  await until(() => handled(first, 'old') === 300);
  expect(await first.end('SIGTERM')).toBe(0);
  const late = await committed(groupId, topic);
  expect(late.offset).toBe('300');
  await makeAnew(topic);
  // What a commit leaves that was on its way when the topic was deleted.
  const cluster = createCluster({
    bootstrap: bootstrap().split(','),
    clientId: 'test',
    log: pino({ level: 'silent' }),
  });
  await cluster.connect();
  await (
    await cluster.findGroupCoordinator({ groupId })
  ).offsetCommit({
    groupId,
    groupGenerationId: -1,
    memberId: '',
    topics: [{ topic, partitions: [{ partition: 0, ...late }] }],
  });
  await cluster.disconnect();
  const second = await startConsumer(env);
  await until(() => handled(second, 'new') === 400);
  expect(await second.end('SIGTERM')).toBe(0);
  expect((await committed(groupId, topic)).offset).toBe('400');
});
