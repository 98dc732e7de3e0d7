import { mkdirSync, rmSync } from 'node:fs';
import { startFaultProxy, type FaultProxy } from '@event-pipeline/broker/fault-proxy.ts';
import type { Cluster } from '@event-pipeline/broker/start-cluster.ts';
import type { Policy } from '../checker/evidence.ts';
import type { Scenario } from '../scenario.ts';
import { watchCommits, type CommitWatch } from './commit-watch.ts';
import { startConsumerProcess, type ConsumerProcess } from './consumer-process.ts';
import { stockClient } from './kafka-client.ts';
import type { Random } from './random.ts';
import { partitionEnds } from './read-topics.ts';
import { createTally, type Tally } from './tally.ts';
import { startTarget, type Target } from './target.ts';
import { until } from './until.ts';
import { startWriter, type Writer } from './writer.ts';

/** A group of consumers with topics of its own, on which a scenario works. */
export interface Cell {
  readonly name: string;
  /** For everything that it leaves behind. */
  readonly folder: string;
  readonly cluster: Cluster;
  readonly topics: readonly string[];
  readonly dlqTopic: string;
  readonly groupId: string;
  readonly policy: Policy;
  readonly writer: Writer;
  readonly watch: CommitWatch;
  /** What stands between the consumers and the brokers; null where nothing does. */
  readonly proxy: FaultProxy | null;
  /** What events are forwarded to; null where they are not. */
  readonly target: Target | null;
  readonly tally: Tally;
  readonly complaints: string[];
  /** All processes that there ever were. */
  readonly processes: readonly ConsumerProcess[];
  /** Those that run and are not stopped for good. */
  running(): ConsumerProcess[];
  /** Starts one more; with a fault, `point:n:kill` or `point:n:stop`, it does that to itself. Does not wait. */
  start(fault?: string): ConsumerProcess;
  /** Asks it to stop, by SIGTERM; resolves when it has ended. Complains where that is not with exit code 0. */
  terminate(consumer: ConsumerProcess): Promise<void>;
  /** A fault has been seen to happen. */
  did(what: string): void;
  /** Starts consumers until there are as many as there should be, and waits for them to be ready, at most 60 s. */
  refill(): Promise<void>;
}

export interface CellOptions {
  readonly name: string;
  readonly folder: string;
  readonly scenario: Scenario;
  readonly cluster: Cluster;
  readonly random: Random;
}

const PARTITIONS = 3;
/** So many consumers that run at a time can be told apart by the proxy. */
const LANES = 8;
const READY_TIMEOUT_MS = 60_000;
const END_TIMEOUT_MS = 45_000;

const defaults = {
  SESSION_TIMEOUT_SEC: '6',
  MAX_RETRIES: '3',
  RETRY_BACKOFF_SEC: '0.2',
  RETRY_BACKOFF_MAX_SEC: '2',
  LAG_MONITOR_INTERVAL_SEC: '2',
};

const policyOf = (env: typeof defaults): Policy => ({
  maxRetries: Number(env.MAX_RETRIES),
  backoffBaseMs: Number(env.RETRY_BACKOFF_SEC) * 1_000,
  backoffMaxMs: Number(env.RETRY_BACKOFF_MAX_SEC) * 1_000,
  sessionMs: Number(env.SESSION_TIMEOUT_SEC) * 1_000,
});

/** Makes the topics and starts the writer and the looks at what is committed; there is no consumer yet. */
export async function createCell(options: CellOptions): Promise<Cell> {
  const { name, folder, scenario, cluster, random } = options;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const topics = [`${name}-a`, `${name}-b`];
  const { bootstrap } = cluster;
  const groupId = `${name}-group`;
  const dlqTopic = `${name}-dlq`;
  await createTopics(cluster, topics);
  const watch = await watchCommits(bootstrap, groupId, topics);
  const { recordsPerSec = 1_000, poisonRatio = 0.02, fails = () => false } = scenario;
  const writer = await startWriter({
    bootstrap,
    topics,
    partitions: PARTITIONS,
    recordsPerSec,
    poisonRatio,
    keys: 40,
    fails,
    random,
  });
  const target = scenario.forwards === true ? await startTarget(fails) : null;
  const proxy = scenario.proxied === true ? await startFaultProxy(bootstrap, undefined, LANES) : null;
  const env = {
    KAFKA_BOOTSTRAP_SERVERS: bootstrap,
    KAFKA_TOPICS: topics.join(','),
    DLQ_TOPIC: dlqTopic,
    CONSUMER_GROUP_ID: groupId,
    ...defaults,
    ...(target === null ? {} : { FORWARD_URL: target.url }),
    ...scenario.env,
  };
  const made = {
    name,
    folder,
    cluster,
    topics,
    dlqTopic,
    groupId,
    policy: policyOf(env),
    writer,
    watch,
    target,
    proxy,
  };
  const addresses = proxy?.addresses ?? [bootstrap];
  return { ...made, ...manageProcesses(folder, env, addresses, scenario.consumers ?? 3) };
}

async function createTopics(cluster: Cluster, topics: readonly string[]): Promise<void> {
  const admin = stockClient(cluster.bootstrap, 'cell').admin();
  await admin.connect();
  const replicationFactor = cluster.nodes.length;
  await admin.createTopics({
    // kafkajs's own wait fails where a topic is not known everywhere yet.
    waitForLeaders: false,
    topics: topics.map((topic) => ({ topic, numPartitions: PARTITIONS, replicationFactor })),
  });
  await admin.disconnect();
  const there = async () =>
    (await partitionEnds(cluster.bootstrap, topics)).size === topics.length * PARTITIONS;
  if (!(await until(() => there().catch(() => false), READY_TIMEOUT_MS)))
    throw new Error(`${topics.join()} did not come to be`);
}

function manageProcesses(
  folder: string,
  baseEnv: Readonly<Record<string, string>>,
  addresses: readonly string[],
  wanted: number,
) {
  const processes: ConsumerProcess[] = [];
  const asked = new Set<ConsumerProcess>();
  const complaints: string[] = [];
  const tally = createTally();
  const running = () => processes.filter((consumer) => consumer.running());

  function start(fault = ''): ConsumerProcess {
    const name = `c${processes.length + 1}`;
    const onEnd = (ended: ConsumerProcess, code: number | null, signal: NodeJS.Signals | null) => {
      if (signal === 'SIGKILL' || (code === 0 && asked.has(ended))) return;
      // Before its program listens, a signal has its own effect.
      if (signal === 'SIGTERM' && asked.has(ended) && ended.ledger() === '') return;
      complaints.push(`${ended.name} ended by itself or badly: exit code ${code}, signal ${signal}`);
    };
    const lane = processes.length % addresses.length;
    const env = { ...baseEnv, KAFKA_BOOTSTRAP_SERVERS: addresses[lane] as string };
    const consumer = startConsumerProcess({ name, folder, lane, env, fault, onEnd });
    processes.push(consumer);
    return consumer;
  }

  async function terminate(consumer: ConsumerProcess): Promise<void> {
    asked.add(consumer);
    consumer.signal('SIGTERM');
    if (await until(() => !consumer.running(), END_TIMEOUT_MS)) return;
    complaints.push(`${consumer.name} did not end within ${END_TIMEOUT_MS / 1_000} s of SIGTERM`);
    await consumer.kill();
  }

  async function refill(): Promise<void> {
    while (running().length < wanted) start();
    for (const consumer of running()) {
      let said = 'nothing yet';
      const ready = await until(async () => {
        const answer = await consumer
          .get('/readyz')
          .catch((error: unknown) => ({ status: 0, text: String(error) }));
        said = answer.text;
        return answer.status === 200 || !consumer.running();
      }, READY_TIMEOUT_MS);
      if (!ready)
        complaints.push(`${consumer.name} was not ready within ${READY_TIMEOUT_MS / 1_000} s: ${said}`);
    }
  }

  return { processes, running, start, terminate, complaints, tally, refill, did: tally.add };
}
