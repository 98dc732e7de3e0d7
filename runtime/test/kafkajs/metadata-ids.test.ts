import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { bootstrap, createTopic, uniqueTopic } from '../../../broker/test/kafka.ts';
import { createCluster } from '../../src/kafkajs/cluster.ts';
import { decodeTopicIds } from '../../src/kafkajs/metadata-ids.ts';

test('Kafka names the ids of topics; one that is missing has none', async () => {
  const topics = [
    await createTopic(uniqueTopic('ids'), { partitions: 200 }),
    await createTopic(uniqueTopic('ids')),
  ];
  const cluster = createCluster({
    bootstrap: bootstrap().split(','),
    clientId: 'test',
    log: pino({ level: 'silent' }),
  });
  onTestFinished(async () => await cluster.disconnect());
  await cluster.connect();
  const broker = await cluster.anyBroker();
  const wanted = [...topics, uniqueTopic('missing')];
  await expect
    .poll(async () => new Set((await broker.topicIds(wanted))?.keys()), { timeout: 10_000 })
    .toEqual(new Set(topics));
  const ids = await broker.topicIds(wanted);
  expect(new Set(ids?.values()).size).toBe(2);
  for (const id of ids?.values() ?? []) expect(id).toMatch(/^[0-9a-f]{32}$/);
  expect(await broker.topicIds(topics)).toEqual(ids);
});

test('an answer that is cut off is an error, not a topic without an id', () => {
  expect(() => decodeTopicIds(Buffer.of(0, 0, 0, 0))).toThrow('too early');
});
