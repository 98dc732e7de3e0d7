import type { Logger } from 'pino';
import './apply.ts';
import { takeAnyBootstrap } from './any-bootstrap.ts';
import { wrapBroker } from './broker.ts';
import type { KafkaBroker } from './broker-types.ts';
import { protocolErrorName } from './errors.ts';
import { internals } from './internals.ts';
import type { Broker } from './internal-types.ts';
import { READ_COMMITTED } from './isolation.ts';
import { createKafkajsLogger } from './kafkajs-log.ts';
import { createSockets } from './socket-factory.ts';

export type { KafkaBroker } from './broker-types.ts';

const METADATA_MAX_AGE_MS = 60_000;
/** Each caller has a policy of its own for trying again: kafkajs itself tries once. */
const NO_RETRY = { retries: 0, initialRetryTime: 100, maxRetryTime: 1_000, factor: 0.2, multiplier: 2 };

export interface ClusterOptions {
  /** `host:port` each; an IPv6 host in brackets. */
  readonly bootstrap: readonly string[];
  readonly clientId: string;
  readonly log: Logger;
  /** For the TCP and TLS handshake, and again for the broker's first answer. */
  readonly connectionTimeoutMs?: number;
  readonly requestTimeoutMs?: number;
}

/** A connection to a Kafka cluster. Every call is bounded by the time-outs, makes one try, and throws what `faultOf` reads. */
export interface KafkaCluster {
  /** Finds a broker among the bootstrap servers and learns the cluster's layout. */
  connect(): Promise<void>;
  /** For good: what is under way fails at once, and no call brings a connection back. */
  disconnect(): Promise<void>;
  /** Topics whose layout is wanted. Does not throw where a topic is missing: see `topicError`. */
  addTargetTopics(topics: readonly string[]): Promise<void>;
  refreshMetadata(): Promise<void>;
  /** The layout is known to be wrong: the next look asks the broker. */
  expireMetadata(): void;
  /** By partition number; leader −1 where there is none. Empty where the topic is missing or was never asked for. */
  topicPartitions(topic: string): { partition: number; leader: number }[];
  /** Why a topic has no layout, by the error code's name; null where it has one. */
  topicError(topic: string): string | null;
  /** Whether a broker was asked for the topic, and knew none of that name. */
  isMissing(topic: string): boolean;
  /** @returns the broker, connected */
  broker(nodeId: number): Promise<KafkaBroker>;
  /** Any broker that can be reached. */
  anyBroker(): Promise<KafkaBroker>;
  /** Always asks; the coordinator comes connected. */
  findGroupCoordinator(options: { groupId: string }): Promise<KafkaBroker>;
  nodeIds(): number[];
}

/** Creates a cluster on repaired kafkajs classes; nothing connects before `connect`. */
export function createCluster(options: ClusterOptions): KafkaCluster {
  const connectionTimeoutMs = options.connectionTimeoutMs ?? 10_000;
  const requestTimeoutMs = options.requestTimeoutMs ?? 30_000;
  const limits = { heartbeatTimeoutMs: Math.min(connectionTimeoutMs, requestTimeoutMs), requestTimeoutMs };
  const sockets = createSockets();
  const cluster = new internals.Cluster({
    logger: createKafkajsLogger(options.log),
    socketFactory: sockets.create,
    brokers: [...options.bootstrap],
    clientId: options.clientId,
    connectionTimeout: connectionTimeoutMs,
    requestTimeout: requestTimeoutMs,
    enforceRequestTimeout: true,
    metadataMaxAge: METADATA_MAX_AGE_MS,
    allowAutoTopicCreation: false,
    maxInFlightRequests: null,
    isolationLevel: READ_COMMITTED,
    retry: NO_RETRY,
  });
  const pool = cluster.brokerPool;
  takeAnyBootstrap(cluster, options.bootstrap);
  const wrapped = new WeakMap<Broker, KafkaBroker>();

  function wrap(broker: Broker): KafkaBroker {
    const known = wrapped.get(broker);
    if (known !== undefined && known.nodeId === Number(broker.nodeId)) return known;
    const made = wrapBroker(broker, limits);
    wrapped.set(broker, made);
    return made;
  }

  async function connect(): Promise<void> {
    await pool.connect();
    await cluster.refreshMetadata();
  }

  async function addTargetTopics(topics: readonly string[]): Promise<void> {
    for (const topic of topics) cluster.targetTopics.add(topic);
    await cluster.refreshMetadataIfNecessary();
    // That may have been the end of a refresh that began before these topics were wanted.
    if (topics.some((topic) => topicMetadata(topic) === undefined)) await cluster.refreshMetadata();
  }

  function topicMetadata(topic: string) {
    return pool.metadata?.topicMetadata.find((candidate) => candidate.topic === topic);
  }

  function topicPartitions(topic: string): { partition: number; leader: number }[] {
    const partitions = topicMetadata(topic)?.partitionMetadata ?? [];
    return partitions
      .map(({ partitionId, leader }) => ({ partition: partitionId, leader }))
      .toSorted((a, b) => a.partition - b.partition);
  }

  async function broker(nodeId: number): Promise<KafkaBroker> {
    if (pool.brokers[nodeId] === undefined) await cluster.refreshMetadata();
    try {
      return wrap(await pool.findBroker({ nodeId }));
    } catch (error) {
      pool.metadataExpireAt = null;
      throw error;
    }
  }

  const anyBroker = async (): Promise<KafkaBroker> => wrap(await pool.findConnectedBroker());

  async function findGroupCoordinator({ groupId }: { groupId: string }): Promise<KafkaBroker> {
    return await broker(await (await anyBroker()).findCoordinator({ groupId }));
  }

  async function disconnect(): Promise<void> {
    sockets.close();
    await pool.disconnect();
  }

  return {
    connect,
    disconnect,
    addTargetTopics,
    refreshMetadata: async () => await cluster.refreshMetadata(),
    expireMetadata: () => {
      pool.metadataExpireAt = null;
    },
    topicPartitions,
    topicError: (topic) => {
      const code = topicMetadata(topic)?.topicErrorCode;
      if (code === undefined) return 'UNKNOWN_TOPIC_OR_PARTITION';
      return code === 0 ? null : protocolErrorName(code);
    },
    isMissing: (topic) =>
      protocolErrorName(topicMetadata(topic)?.topicErrorCode ?? 0) === 'UNKNOWN_TOPIC_OR_PARTITION',
    broker,
    anyBroker,
    findGroupCoordinator,
    nodeIds: () => Object.keys(pool.brokers).map(Number),
  };
}
