import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import kafkajs from 'kafkajs';
import { inject } from 'vitest';
import { run } from '../src/java.mjs';
import type { ProgramEnd } from '../src/java.mjs';
import { toolCommand } from '../src/console-tools.ts';

/** The Kafka of this test run: `host:port`, comma-separated. */
export const bootstrap = (): string => inject('kafkaBootstrap');

/** A legal topic name that no other test has; also good for a group id. */
export const uniqueTopic = (prefix: string): string => `${prefix}-${randomUUID()}`;

/** A kafkajs client on the Kafka of this run that says nothing; kafkajs's own defaults otherwise. */
export const kafkaClient = (): InstanceType<typeof kafkajs.Kafka> =>
  new kafkajs.Kafka({
    clientId: 'test',
    brokers: bootstrap().split(','),
    connectionTimeout: 10_000,
    logLevel: kafkajs.logLevel.NOTHING,
  });

type Admin = ReturnType<InstanceType<typeof kafkajs.Kafka>['admin']>;

/** Runs one piece of work with a connected kafkajs admin. */
export const withAdmin = async <T>(work: (admin: Admin) => Promise<T>): Promise<T> => {
  const admin = kafkaClient().admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
};

export interface TopicOptions {
  /** 1 unless set. */
  readonly partitions?: number;
  /** Topic settings by Kafka's names, such as `retention.ms`. */
  readonly config?: Readonly<Record<string, string>>;
}

/** Creates a topic, and resolves to its name when all its partitions can be written to. */
export const createTopic = async (name: string, options: TopicOptions = {}): Promise<string> => {
  const configEntries = Object.entries(options.config ?? {}).map(([name, value]) => ({ name, value }));
  await withAdmin(async (admin) => {
    const topics = [{ topic: name, numPartitions: options.partitions ?? 1, configEntries }];
    // Not by kafkajs's own wait, which gives up where a broker does not know the topic for a moment.
    await admin.createTopics({ waitForLeaders: false, topics });
    const giveUp = AbortSignal.timeout(30_000);
    while (!(await isLed(admin, name, options.partitions ?? 1)))
      await setTimeout(20, undefined, { signal: giveUp });
  });
  return name;
};

/**
 * Whether its leaders answer. A broker tells of a leader before it leads; what is written in between is refused in part,
 * and a producer that tries again writes the rest twice.
 */
const isLed = async (admin: Admin, topic: string, partitions: number): Promise<boolean> => {
  const offsets = await admin.fetchTopicOffsets(topic).catch(() => []);
  return offsets.length === partitions;
};

/**
 * Runs one of Kafka's console tools against this run's Kafka: `kafkaTool('kafka-topics', ['--list'])`. The address is
 * put in; the output is standard output, then standard error. It takes Java, and Maven the first time.
 */
export const kafkaTool = async (
  name: string,
  args: readonly string[],
  { timeoutMs = 30_000 }: { timeoutMs?: number } = {},
): Promise<ProgramEnd> => {
  const tool = await toolCommand(name, ['--bootstrap-server', bootstrap(), ...args]);
  if (!tool.ok) throw new Error(tool.problem);
  return await run(tool.command, tool.args, { timeoutMs });
};
