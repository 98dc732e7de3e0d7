import type { KafkaCluster } from '@event-pipeline/runtime/kafkajs/cluster.ts';
import { KafkaFaultError, makeFault } from '@event-pipeline/runtime/kafkajs/errors.ts';
import pino from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createOwnTopics } from '../src/own-topics.ts';
import type { ConsumerSettings } from '../src/settings.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** The topics of a consumer on such a cluster, and what is said of them. */
function rig(cluster: Partial<KafkaCluster>) {
  const lines: string[] = [];
  const log = pino(
    {},
    { write: (line: string) => void lines.push((JSON.parse(line) as { msg: string }).msg) },
  );
  const topics = createOwnTopics({
    settings: { topics: ['t'], dlqTopic: 'letters' } as unknown as ConsumerSettings,
    createCluster: () => ({ disconnect: async () => undefined, ...cluster }) as KafkaCluster,
    log,
  });
  return { lines, topics };
}

/** Asks for the dead letter topic until the time for that is up, which is when Kafka was asked a second time. */
function askingInVain(fault: ReturnType<typeof makeFault>) {
  let end = new AbortController();
  let tries = 0;
  vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => (end = new AbortController()).signal);
  const { lines, topics } = rig({
    connect: async () => {
      tries += 1;
      if (tries % 2 === 0) end.abort();
      throw new KafkaFaultError(fault);
    },
    topicPartitions: () => [],
  });
  const ask = async () => {
    const asked = topics.recreateDeadLetterTopic();
    await vi.advanceTimersByTimeAsync(1_000);
    await asked;
  };
  return { lines, ask };
}

test.each([
  ['is away', makeFault('NETWORK', 'away', { retriable: true, network: true })],
  ['refuses us', makeFault('SASL_AUTHENTICATION_FAILED', 'who?', { credentials: true })],
])(
  'while Kafka %s, that is said every ten seconds, however often the topic is asked for',
  async (_, fault) => {
    const { lines, ask } = askingInVain(fault);
    for (let times = 0; times < 5; times += 1) await ask();
    expect(lines).toEqual(['waiting for the topics']);
    await vi.advanceTimersByTimeAsync(10_000);
    await ask();
    expect(lines).toEqual(['waiting for the topics', 'waiting for the topics']);
  },
);

test('a dead letter topic that forgets is told of at the start, and not each time that it is looked after', async () => {
  const configEntries = [{ configName: 'retention.ms', configValue: '1000' }];
  const broker = {
    describeConfigs: async () => ({ resources: [{ resourceName: 'letters', configEntries }] }),
  };
  const { lines, topics } = rig({
    connect: async () => undefined,
    addTargetTopics: async () => undefined,
    topicPartitions: () => [{ partition: 0, leader: 1 }],
    anyBroker: async () => broker as unknown as Awaited<ReturnType<KafkaCluster['anyBroker']>>,
  });
  expect(await topics.ensureAll(new AbortController().signal)).toBe(true);
  await topics.recreateDeadLetterTopic();
  await topics.recreateDeadLetterTopic();
  expect(lines).toEqual(['the dead letter topic deletes letters after a time']);
});
