import type { Logger } from 'pino';
import type { KafkaCluster } from './kafkajs/cluster.ts';
import { faultOf, KafkaFaultError } from './kafkajs/errors.ts';
import type { Fault } from './kafkajs/errors.ts';
import { sleep } from './sleep.ts';

export interface TopicPlan {
  readonly name: string;
  readonly partitions: number;
  /** Settings by Kafka's names, such as `retention.ms`. */
  readonly config: Readonly<Record<string, string>>;
}

/** Whether the topics are there, for /readyz. */
export interface TopicsState {
  readonly missing: readonly string[];
  /** Null once they are all there. */
  readonly reason: string | null;
  /** Whether that is Kafka, which could not be asked. */
  readonly isKafkaAway: boolean;
}

/** Why the topics are not all there yet. */
type Obstacle = Pick<TopicsState, 'isKafkaAway'> & { readonly reason: string };

export interface EnsureTopicsOptions {
  /** Connected or not; it is connected here as often as it takes. */
  readonly cluster: KafkaCluster;
  readonly topics: readonly TopicPlan[];
  readonly log: Logger;
  readonly signal: AbortSignal;
  readonly onState?: (state: TopicsState) => void;
  /** Of whoever asks again and again: its lines are limited over all the calls. One of the call's own unless given. */
  readonly report?: TopicsReport;
}

/** What is said while topics are waited for. */
export interface TopicsReport {
  /** Says the same again only after a while. */
  waiting(reason: string, missing: readonly string[]): void;
  over(): void;
}

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5_000;
const SAY_AGAIN_AFTER_MS = 10_000;
const CREATE_TIMEOUT_MS = 10_000;
const BROKERS_REPLICATION = -1;
const TOPIC_RESOURCE = 2;
const ABORTED = Symbol('aborted');

/**
 * Sees to it that the topics are there: creates those that are missing and says so at WARN. Where it may not, or Kafka can't be
 * reached, it waits and says so, for as long as that takes.
 * @returns true when all are there, false when the signal came first
 * @throws KafkaFaultError where Kafka refuses the credentials
 */
export async function ensureTopics(options: EnsureTopicsOptions): Promise<boolean> {
  const { cluster, topics, log, signal, onState } = options;
  const report = options.report ?? createTopicsReport(log);
  for (let waitMs = FIRST_WAIT_MS; !signal.aborted; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
    const obstacle = await unlessAborted(tryOnce(cluster, topics, log), signal);
    if (obstacle === ABORTED) break;
    const missing = missingOf(cluster, topics).map(({ name }) => name);
    onState?.({ missing, ...(obstacle ?? { reason: null, isKafkaAway: false }) });
    if (obstacle === null) {
      report.over();
      return true;
    }
    report.waiting(obstacle.reason, missing);
    await sleep(waitMs, signal);
  }
  return false;
}

/** Waits for `work`, or less if `signal` aborts; the work then ends by its own time-outs, unheard. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | typeof ABORTED> {
  const { promise: aborted, resolve } = Promise.withResolvers<typeof ABORTED>();
  const abort = () => resolve(ABORTED);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** @returns why it has to be tried again; null when all topics are there */
async function tryOnce(
  cluster: KafkaCluster,
  topics: readonly TopicPlan[],
  log: Logger,
): Promise<Obstacle | null> {
  try {
    await cluster.connect();
    await cluster.addTargetTopics(topics.map(({ name }) => name));
    if (missingOf(cluster, topics).length === 0) return null;
    await cluster.refreshMetadata();
    const refused = await create(cluster, missingOf(cluster, topics), log);
    if (refused !== null) return { reason: refused, isKafkaAway: false };
    await cluster.refreshMetadata();
    const left = missingOf(cluster, topics).map(
      ({ name }) => `${name}: ${cluster.topicError(name) ?? 'no partitions'}`,
    );
    return left.length === 0 ? null : { reason: left.join('; '), isKafkaAway: false };
  } catch (error) {
    const fault = faultOf(error);
    if (fault.credentials) throw new KafkaFaultError(fault, { cause: error });
    return { reason: fault.message, isKafkaAway: fault.network };
  }
}

/** @returns why one could not be created, null where all are there now; another service may have been quicker */
async function create(
  cluster: KafkaCluster,
  plans: readonly TopicPlan[],
  log: Logger,
): Promise<string | null> {
  if (plans.length === 0) return null;
  const broker = await cluster.anyBroker();
  const results = await broker.createTopics({
    topics: plans.map(({ name, partitions, config }) => ({
      topic: name,
      numPartitions: partitions,
      replicationFactor: BROKERS_REPLICATION,
      configEntries: Object.entries(config).map(([key, value]) => ({ name: key, value })),
    })),
    timeoutMs: CREATE_TIMEOUT_MS,
  });
  const refusals: string[] = [];
  for (const { topic, fault } of results) {
    const plan = plans.find(({ name }) => name === topic);
    if (fault === null)
      log.warn(
        { topic, partitions: plan?.partitions, config: plan?.config },
        'topic was missing: created it',
      );
    else if (fault.type !== 'TOPIC_ALREADY_EXISTS') refusals.push(refusal(topic, fault));
  }
  return refusals.length === 0 ? null : refusals.join('; ');
}

const refusal = (topic: string, { type, message }: Fault): string =>
  type.endsWith('AUTHORIZATION_FAILED')
    ? `not allowed to create ${topic} (${type})`
    : `${topic} could not be created: ${message} (${type})`;

/** Those that the cluster's layout does not have. */
const missingOf = (cluster: KafkaCluster, topics: readonly TopicPlan[]): TopicPlan[] =>
  topics.filter(({ name }) => cluster.topicPartitions(name).length === 0);

/** What is said goes to `log`, limited for as long as the report lives. */
export function createTopicsReport(log: Logger): TopicsReport {
  let saidAtMs = -Infinity;
  let said = '';
  return {
    waiting(reason, missing) {
      if (reason === said && performance.now() - saidAtMs < SAY_AGAIN_AFTER_MS) return;
      said = reason;
      saidAtMs = performance.now();
      log.warn({ missing, reason }, 'waiting for the topics');
    },
    over() {
      if (said !== '') log.warn('the topics are there');
      said = '';
    },
  };
}

/**
 * Reads settings of a topic, the broker's defaults included.
 * @returns values by the asked keys; a key that Kafka does not know is left out
 * @throws what `faultOf` reads, such as TOPIC_AUTHORIZATION_FAILED
 */
export async function describeTopicConfig(
  cluster: KafkaCluster,
  topic: string,
  keys: readonly string[],
): Promise<ReadonlyMap<string, string | null>> {
  const broker = await cluster.anyBroker();
  const { resources } = await broker.describeConfigs({
    resources: [{ type: TOPIC_RESOURCE, name: topic, configNames: [...keys] }],
  });
  const entries = resources.flatMap(({ configEntries }) => configEntries);
  return new Map(entries.map(({ configName, configValue }) => [configName, configValue]));
}
