import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { startCluster, type Cluster } from '@event-pipeline/broker/start-cluster.ts';
import { stockClient } from '../cell/kafka-client.ts';
import { partitionEnds } from '../cell/read-topics.ts';
import type { SoakLedger } from './ledger.ts';
import { countNumbers } from './numbers.ts';
import { PARTITIONS } from './plan.ts';
import { readLetters } from './read-letters.ts';

/** What the consumers of a soak work on: a broker with topics, one who writes, and a target. */
export interface Stage {
  /** The settings of the consumers. */
  readonly env: Readonly<Record<string, string>>;
  /** How many records are acknowledged to the writer, as of the last second. */
  written(): number;
  /** The writer writes no more. @throws where it failed, or does not end within a minute */
  endWriter(): Promise<void>;
  isCommittedToTheEnd(): Promise<boolean>;
  /** What is known when all has ended. */
  ledger(): Promise<SoakLedger>;
  stop(): Promise<void>;
}

const TOPICS = ['soak-a', 'soak-b'];
const DLQ_TOPIC = 'soak-dlq';
const GROUP_ID = 'soak';
const programs = {
  target: import.meta.resolve('./programs/target.ts'),
  writer: import.meta.resolve('./programs/writer.ts'),
};
const ANSWER_TIMEOUT_MS = 60_000;

/** Keeps the disk from filling up in a soak of days: what is so old was handled long ago, or the soak has failed. */
const topicConfig = { 'retention.ms': String(3_600_000), 'segment.bytes': String(128 * 1024 * 1024) };

/** Starts it, and the writing. */
export async function startStage(): Promise<Stage> {
  const cluster = await startCluster({ brokers: 1 });
  try {
    return await setStage(cluster);
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

async function setStage(cluster: Cluster): Promise<Stage> {
  const { bootstrap } = cluster;
  const admin = stockClient(bootstrap, 'soak').admin();
  await admin.connect();
  const configEntries = Object.entries(topicConfig).map(([name, value]) => ({ name, value }));
  await admin.createTopics({
    topics: TOPICS.map((topic) => ({
      topic,
      numPartitions: PARTITIONS,
      replicationFactor: 1,
      configEntries,
    })),
  });
  const target = startProgram('target');
  const url = (await answerOf(target)) as string;
  const writer = startProgram('writer', bootstrap, ...TOPICS);
  let written = 0;
  writer.on('message', (count: number) => {
    written = count;
  });

  async function committed(): Promise<number> {
    const offsets = await admin.fetchOffsets({ groupId: GROUP_ID, topics: TOPICS });
    return sum(
      offsets.flatMap(({ partitions }) => partitions.map(({ offset }) => Math.max(0, Number(offset)))),
    );
  }
  const logged = async () => sum([...(await partitionEnds(bootstrap, TOPICS)).values()]);

  return {
    env: {
      KAFKA_BOOTSTRAP_SERVERS: bootstrap,
      KAFKA_TOPICS: TOPICS.join(','),
      DLQ_TOPIC,
      CONSUMER_GROUP_ID: GROUP_ID,
      RETRY_BACKOFF_SEC: '0.2',
      FORWARD_URL: url,
    },
    written: () => written,
    endWriter: async () => {
      writer.send('end');
      const [code] = (await once(writer, 'exit', { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) })) as [
        number,
      ];
      if (code !== 0) throw new Error(`the writer ended with ${code}`);
    },
    isCommittedToTheEnd: async () => (await committed()) === (await logged()),
    ledger: async () => {
      target.send('tell');
      const taken = countNumbers((await answerOf(target)) as Uint8Array);
      const letters = await readLetters(bootstrap, DLQ_TOPIC);
      return { written, taken, letters, logged: await logged(), committed: await committed() };
    },
    stop: async () => {
      await admin.disconnect();
      target.kill('SIGKILL');
      writer.kill('SIGKILL');
      await cluster.stop();
    },
  };
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

function startProgram(program: keyof typeof programs, ...args: readonly string[]): ChildProcess {
  return fork(fileURLToPath(programs[program]), [...args], {
    execArgv: ['--disable-warning=TimeoutNegativeWarning'],
    serialization: 'advanced',
  });
}

async function answerOf(program: ChildProcess): Promise<unknown> {
  const [answer] = (await once(program, 'message', {
    signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
  })) as [unknown];
  return answer;
}
