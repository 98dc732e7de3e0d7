import { mkdirSync, rmSync } from 'node:fs';
import { startFaultProxy, type FaultProxy } from '@event-pipeline/broker/fault-proxy.ts';
import type { Cluster } from '@event-pipeline/broker/start-cluster.ts';
import type { Policy } from '../checker/evidence.ts';
import type { Scenario } from '../scenario.ts';
import { createAllowance, type Allowance } from './allowance.ts';
import { watchCommits, type CommitWatch } from './commit-watch.ts';
import { createTopics, PARTITIONS } from './create-topics.ts';
import type { ConsumerProcess } from './consumer-process.ts';
import type { Random } from './random.ts';
import type { Patience } from './patience.ts';
import { manageProcesses } from './processes.ts';
import type { Tally } from './tally.ts';
import { startTarget, type Target } from './target.ts';
import { keepTimes, type Times } from './times.ts';
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
  /** What the scenario has taken away by intention. */
  readonly allowance: Allowance;
  readonly complaints: string[];
  readonly times: Times;
  /** All processes that there ever were. */
  readonly processes: readonly ConsumerProcess[];
  /** Those that run and are not stopped for good. */
  running(): ConsumerProcess[];
  /** Starts one more; with a fault, `point:n:kill` or `point:n:stop`, it does that to itself. Does not wait. */
  start(fault?: string, options?: StartOptions): ConsumerProcess;
  /** Asks it to stop, by SIGTERM; resolves when it has ended. Complains where that is not with `exitCode`, or 0. */
  terminate(consumer: ConsumerProcess, exitCode?: number): Promise<void>;
  /** A fault has been seen to happen. */
  did(what: string): void;
  /** Starts consumers until there are as many as there should be, and waits for them to be ready, no longer than the cell's patience. */
  refill(): Promise<void>;
}

export interface StartOptions {
  /** Over the cell's own. */
  readonly env?: Readonly<Record<string, string>>;
  /** It is to end by itself, with this exit code; it is not. */
  readonly endsWith?: number;
}

export interface CellOptions {
  readonly name: string;
  readonly folder: string;
  readonly scenario: Scenario;
  readonly cluster: Cluster;
  readonly random: Random;
  readonly patience: Patience;
}

/** So many consumers that run at a time can be told apart by the proxy. */
const LANES = 8;

const defaults = {
  SESSION_TIMEOUT_SEC: '6',
  MAX_RETRIES: '3',
  RETRY_BACKOFF_SEC: '0.2',
  RETRY_BACKOFF_MAX_SEC: '2',
  MAX_CONCURRENCY: '64',
  HANDLER_TIMEOUT_SEC: '60',
  LAG_MONITOR_INTERVAL_SEC: '2',
};

const policyOf = (env: typeof defaults, rssMaxBytes: number): Policy => ({
  maxRetries: Number(env.MAX_RETRIES),
  backoffBaseMs: Number(env.RETRY_BACKOFF_SEC) * 1_000,
  backoffMaxMs: Number(env.RETRY_BACKOFF_MAX_SEC) * 1_000,
  maxConcurrency: Number(env.MAX_CONCURRENCY),
  handlerTimeoutMs: Number(env.HANDLER_TIMEOUT_SEC) * 1_000,
  sessionMs: Number(env.SESSION_TIMEOUT_SEC) * 1_000,
  rssMaxBytes,
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
  const { recordsPerSec = 1_000, poisonRatio = 0.02, keys = 40, fails = () => null, paddingBytes } = scenario;
  const writer = await startWriter({
    bootstrap,
    topics,
    partitions: PARTITIONS,
    recordsPerSec,
    poisonRatio,
    keys,
    ...(paddingBytes === undefined ? {} : { paddingBytes }),
    fails,
    random,
    shape: scenario.shape,
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
    policy: policyOf(env, (scenario.rssMaxMib ?? 512) * 1024 * 1024),
    writer,
    watch,
    target,
    proxy,
    times: keepTimes(),
    allowance: createAllowance(),
  };
  return { ...made, ...manageProcesses(options, env, proxy?.addresses ?? [bootstrap]) };
}
