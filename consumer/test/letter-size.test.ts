import type { Letter } from '@event-pipeline/schemas/letter.ts';
import kafkajs from 'kafkajs';
import { expect, test } from 'vitest';
import { createTopic, withAdmin } from '../../broker/test/kafka.ts';
import { readTopics } from '../../producer/test/read-topics.ts';
import { startConsumer, total, until, type RunningConsumer } from './consumer-process.ts';
import { userDeleted, written } from './written-events.ts';

const POISON = Buffer.from(`{${'x'.repeat(5_000)}`);

/** A consumer that finds poison before an event on partition 0 and an event on partition 1, and its letters' topic. */
async function consuming(maxLetterBytes: number) {
  const env = await written(
    [
      { key: 'k', partition: 0, value: POISON },
      { key: 'k', partition: 0, value: userDeleted('behind') },
      { key: 'l', partition: 1, value: userDeleted('beside') },
    ],
    2,
  );
  await createTopic(env.DLQ_TOPIC, { config: { 'max.message.bytes': String(maxLetterBytes) } });
  return { env, consumer: await startConsumer({ ...env, RETRY_BACKOFF_SEC: '0' }) };
}

async function letterOf(env: { KAFKA_BOOTSTRAP_SERVERS: string; DLQ_TOPIC: string }): Promise<Buffer> {
  const letters = await readTopics(env.KAFKA_BOOTSTRAP_SERVERS, [env.DLQ_TOPIC]);
  expect(letters).toHaveLength(1);
  return letters[0]?.value as Buffer;
}

const handledIds = ({ lines }: RunningConsumer) =>
  lines.filter(({ msg }) => msg === 'handled').map(({ eventId }) => eventId);

const settled = async (consumer: RunningConsumer) =>
  total(await consumer.metrics(), 'consumer_records_settled_total');

test('a letter that is too large for the broker is shrunk', async () => {
  const { env, consumer } = await consuming(3_000);
  await until(async () => (await settled(consumer)) === 3);
  expect(await consumer.end('SIGTERM')).toBe(0);
  const letter = JSON.parse(String(await letterOf(env))) as Letter;
  expect([letter.shrunk, letter.original.cut?.value?.bytes]).toEqual([true, POISON.length]);
});

test('letters that are too large for the broker together go one by one, whole and in order', async () => {
  const keys = Array.from({ length: 20 }, (_, index) => `key ${index}`);
  const env = await written(
    keys.map((key) => ({ key, partition: 0, value: Buffer.from('{') })),
    1,
  );
  await createTopic(env.DLQ_TOPIC, { config: { 'max.message.bytes': '3000' } });
  const consumer = await startConsumer(env);
  await until(async () => (await settled(consumer)) === keys.length);
  expect(await consumer.end('SIGTERM')).toBe(0);
  const letters = await readTopics(env.KAFKA_BOOTSTRAP_SERVERS, [env.DLQ_TOPIC]);
  const parsed = letters.map(({ value }) => JSON.parse(String(value)) as Letter);
  expect(parsed.map(({ key, shrunk }) => [key, shrunk])).toEqual(keys.map((key) => [key, undefined]));
});

test('a letter that is too large even when it is shrunk holds its partition, until there is room for it', async () => {
  const { env, consumer } = await consuming(500);
  await until(async () => total(await consumer.metrics(), 'consumer_partitions_held') === 1);
  await until(() => handledIds(consumer).includes('beside'));
  expect([await consumer.health('/readyz'), await consumer.health('/healthz')]).toEqual([503, 200]);
  expect(handledIds(consumer)).toEqual(['beside']);

  await withAdmin((admin) =>
    admin.alterConfigs({
      validateOnly: false,
      resources: [
        {
          type: kafkajs.ConfigResourceTypes.TOPIC,
          name: env.DLQ_TOPIC,
          configEntries: [{ name: 'max.message.bytes', value: '1000000' }],
        },
      ],
    }),
  );
  await until(async () => (await settled(consumer)) === 3);
  await until(async () => (await consumer.health('/readyz')) === 200);
  expect(await consumer.end('SIGTERM')).toBe(0);
  await letterOf(env);
});
