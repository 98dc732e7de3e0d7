import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { bootstrap, createTopic, uniqueTopic } from '../../../broker/test/kafka.ts';
import { createCluster } from '../../src/kafkajs/cluster.ts';
import type { Broker } from '../../src/kafkajs/internal-types.ts';
import { decodeTopicFacts } from '../../src/kafkajs/metadata-ids.ts';
import { topicFacts } from '../../src/kafkajs/topic-facts.ts';

test('Kafka names the ids of topics, and who leads their partitions; one that is missing has none', async () => {
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
    .poll(async () => new Set((await broker.topicFacts(wanted))?.keys()), { timeout: 10_000 })
    .toEqual(new Set(topics));
  const facts = await broker.topicFacts(wanted);
  const ids = [...(facts?.values() ?? [])].map(({ id }) => id);
  expect(new Set(ids).size).toBe(2);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$/);
  expect(await broker.topicFacts(topics)).toEqual(facts);
  await cluster.addTargetTopics(topics);
  for (const topic of topics) {
    const leaders = [...(facts?.get(topic)?.leaders ?? [])].map(([partition, { nodeId: leader }]) => ({
      partition,
      leader,
    }));
    expect(leaders.toSorted((a, b) => a.partition - b.partition)).toEqual(cluster.topicPartitions(topic));
    for (const { epoch } of facts?.get(topic)?.leaders.values() ?? [])
      expect(epoch).toBeGreaterThanOrEqual(0);
  }
});

test('a broker that is connecting anew is none without ids', async () => {
  const connecting = { versions: null } as unknown as Broker;
  await expect(topicFacts(connecting, ['t'])).rejects.toMatchObject({ fault: { network: true } });
});

test('an answer that is cut off is an error, not a topic without an id', () => {
  expect(() => decodeTopicFacts(Buffer.of(0, 0, 0, 0))).toThrow('too early');
});
