import { partitionForKey } from '@event-pipeline/runtime/kafkajs/murmur2.ts';
import { expect, test } from 'vitest';
import { createTopic, kafkaTool, withAdmin } from '../../broker/test/kafka.ts';
import { readTopics } from '../../producer/test/read-topics.ts';
import { startConsumer, total, until, type RunningConsumer } from './consumer-process.ts';
import { userDeleted, write, written } from './written-events.ts';

const letters = async (consumer: RunningConsumer) =>
  total(await consumer.metrics(), 'consumer_dead_letters_total');

test("a letter has the record's key and that key's partition, or the source's; and its own headers only", async () => {
  const poison = Buffer.from('{');
  const env = await written(
    [
      { key: 'some key', partition: 2, value: poison },
      { key: 'another key', partition: 2, value: poison },
      { key: '', partition: 1, value: poison },
      { key: null, partition: 4, value: poison },
    ],
    5,
  );
  await createTopic(env.DLQ_TOPIC, { partitions: 3 });
  const consumer = await startConsumer(env);
  await until(async () => (await letters(consumer)) === 4);
  expect(await consumer.end('SIGTERM')).toBe(0);

  const read = await readTopics(env.KAFKA_BOOTSTRAP_SERVERS, [env.DLQ_TOPIC]);
  const partitionOf = (key: string) => partitionForKey(Buffer.from(key), 3);
  expect(new Map(read.map(({ key, partition }) => [key, partition]))).toEqual(
    new Map<string | null, number>([
      ['some key', partitionOf('some key')],
      ['another key', partitionOf('another key')],
      ['', partitionOf('')],
      [null, 4 % 3],
    ]),
  );
  const headers = read
    .find(({ key }) => key === null)
    ?.headers.map(({ name, value }) => [name, String(value)]);
  expect(Object.fromEntries(headers ?? [])).toEqual({
    'dead-letter-topic': env.KAFKA_TOPICS,
    'dead-letter-partition': '4',
    'dead-letter-offset': '0',
    'dead-letter-stage': 'bytes',
    'dead-letter-code': 'INVALID_JSON',
    'dead-letter-reason': expect.any(String) as string,
    'dead-letter-attempts': '0',
  });
});

test('a dead letter topic that goes missing later is created again, and keeps its letters', async () => {
  const env = await written([{ key: 'k', value: Buffer.from('{') }]);
  const consumer = await startConsumer({ ...env, RETRY_BACKOFF_SEC: '0' });
  await until(async () => (await letters(consumer)) === 1);
  await withAdmin(async (admin) => await admin.deleteTopics({ topics: [env.DLQ_TOPIC] }));
  await write(env.KAFKA_TOPICS, [
    { key: 'k', value: Buffer.from('[') },
    { key: 'k', value: userDeleted('e') },
  ]);
  await until(async () => (await letters(consumer)) === 2);
  await until(async () => (await consumer.health('/readyz')) === 200);
  expect(await consumer.end('SIGTERM')).toBe(0);
  const [letter, ...more] = await readTopics(env.KAFKA_BOOTSTRAP_SERVERS, [env.DLQ_TOPIC]);
  expect(more).toEqual([]);
  expect(JSON.parse(String(letter?.value))).toMatchObject({ offset: 1, code: 'INVALID_JSON' });
  const { output } = await kafkaTool('kafka-configs', ['--describe', '--topic', env.DLQ_TOPIC]);
  expect(output).toContain('retention.ms=-1');
});
