import { createCluster } from '@event-pipeline/runtime/kafkajs/cluster.ts';
import pino from 'pino';
import { expect, test } from 'vitest';
import { bootstrap, uniqueTopic } from '../../broker/test/kafka.ts';
import { createOwnTopics } from '../src/own-topics.ts';
import type { ConsumerSettings } from '../src/settings.ts';

const log = pino({ level: 'silent' });

/** The topics of a consumer whose dead letter topic is missing; `clients` counts those that were made for them. */
function rig() {
  const settings = { topics: ['t'], dlqTopic: uniqueTopic('letters') } as unknown as ConsumerSettings;
  const clients = { made: 0, mayBeMade: true };
  const topics = createOwnTopics({
    settings,
    createCluster: () => {
      if (!clients.mayBeMade) throw new Error('no client');
      clients.made += 1;
      return createCluster({ bootstrap: bootstrap().split(','), clientId: 'test', log });
    },
    log,
  });
  const isThere = async () => {
    const cluster = createCluster({ bootstrap: bootstrap().split(','), clientId: 'test', log });
    await cluster.connect();
    await cluster.addTargetTopics([settings.dlqTopic]);
    const found = cluster.topicPartitions(settings.dlqTopic).length > 0;
    await cluster.disconnect();
    return found;
  };
  return { clients, topics, isThere };
}

test('the dead letter topic is made again once for all who ask meanwhile, and anew for those who ask later', async () => {
  const { clients, topics, isThere } = rig();
  await Promise.all(Array.from({ length: 100 }, () => topics.recreateDeadLetterTopic()));
  expect(clients.made).toBe(1);
  expect(await isThere()).toBe(true);
  await topics.recreateDeadLetterTopic();
  expect(clients.made).toBe(2);
});

test('where it cannot be made again, whoever asked goes on', async () => {
  const { clients, topics } = rig();
  clients.mayBeMade = false;
  await expect(topics.recreateDeadLetterTopic()).resolves.toBeUndefined();
  clients.mayBeMade = true;
  const before = topics.state();
  await topics.recreateDeadLetterTopic();
  expect(clients.made).toBe(1);
  // Who asks no more would leave the last answer standing for ever.
  expect(topics.state()).toBe(before);
});
