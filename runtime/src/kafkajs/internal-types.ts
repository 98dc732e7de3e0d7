/** Types for the parts of kafkajs 2.2.4's inner classes that this folder calls or replaces. */
import type { Socket } from 'node:net';

export type ApiName =
  | 'ApiVersions'
  | 'CreateTopics'
  | 'DescribeConfigs'
  | 'Fetch'
  | 'GroupCoordinator'
  | 'Heartbeat'
  | 'JoinGroup'
  | 'LeaveGroup'
  | 'ListOffsets'
  | 'Metadata'
  | 'OffsetCommit'
  | 'OffsetFetch'
  | 'Produce'
  | 'SyncGroup';

export interface WireRequest {
  apiKey: number;
  apiVersion: number;
  apiName: string;
  encode: () => Promise<unknown>;
}

export interface WireResponse {
  decode: (raw: Buffer) => Promise<{ clientSideThrottleTime?: number }>;
  parse: (decoded: unknown) => Promise<unknown>;
}

/** One request with the reader of its answer; `requestTimeout` in milliseconds, null for the connection's own. */
export interface Exchange {
  request: WireRequest;
  response: WireResponse;
  requestTimeout?: number | null;
  logResponseError?: boolean;
}

export interface Protocol {
  protocol(options: { version: number }): (args: object) => Exchange;
}

export interface KafkajsLogger {
  namespace(name: string): KafkajsLogger;
  setLogLevel(level: number): void;
  error(message: unknown, extra?: object): void;
  warn(message: unknown, extra?: object): void;
  info(message: unknown, extra?: object): void;
  debug(message: unknown, extra?: object): void;
}

export type SocketFactory = (options: {
  host: string;
  port: number;
  ssl: unknown;
  onConnect: () => void;
}) => Socket;

export interface QueuedRequest {
  entry: { correlationId: number };
  /** When it was queued or, once it is written, written; by `performance.now()`. */
  sinceMs: number;
  requestTimeout: number;
  timeoutRequest(): void;
}

export interface RequestQueue {
  inflight: Map<number, QueuedRequest>;
  pending: QueuedRequest[];
  readonly requestTimeout: number;
  readonly enforceRequestTimeout: boolean;
  readonly maxInFlightRequests: number | null;
  /** By `performance.now()`; −1 where the broker never asked to slow down. */
  throttledUntil: number;
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  push(request: object): void;
  fulfillRequest(answer: { correlationId: number; payload: Buffer; size: number }): void;
  createSocketRequest: (this: RequestQueue, request: { requestTimeout?: number | null }) => QueuedRequest;
  sendSocketRequest: (this: RequestQueue, request: QueuedRequest) => void;
  canSendSocketRequestImmediately(): boolean;
  maybeThrottle(waitMs: number | null): void;
  checkPendingRequests(): void;
  scheduleCheckPendingRequests(): void;
  rejectAll(error: Error): void;
  destroy(): void;
}

export interface Connection {
  readonly host: string;
  readonly port: number;
  readonly broker: string;
  readonly ssl: unknown;
  readonly socketFactory: SocketFactory;
  readonly connectionTimeout: number;
  readonly requestTimeout: number;
  readonly requestQueue: RequestQueue;
  connectionStatus: 'connected' | 'disconnecting' | 'disconnected';
  socket: Socket;
  chunks: Buffer[];
  bytesBuffered: number;
  bytesNeeded: number;
  authenticatedAt: unknown;
  authHandlers: { onSuccess(raw: Buffer): void; onError(): void } | null;
  authExpectResponse: boolean;
  versions: unknown;
  supportAuthenticationProtocol: boolean | null;
  isConnected(): boolean;
  connect(): Promise<boolean>;
  disconnect(): Promise<boolean>;
  /** Ends the present socket at once, and fails all that waits for it. */
  giveUp: (this: Connection, reason: string) => void;
  processData(chunk: Buffer): void;
  send(exchange: Exchange): Promise<unknown>;
  sendAuthRequest: (this: Connection, exchange: object) => Promise<unknown>;
}

export interface ConnectionPool {
  readonly host: string;
  readonly port: number;
  readonly pool: Connection[];
  isConnected(): boolean;
  getConnection(index?: number): Promise<Connection>;
  getConnectionByRequest(exchange: Pick<Exchange, 'request'>): Promise<Connection>;
  send(exchange: Exchange): Promise<unknown>;
  destroy(): Promise<void>;
}

export interface Broker {
  nodeId: number | string | null;
  readonly brokerAddress: string;
  readonly allowAutoTopicCreation: boolean;
  connectionPool: ConnectionPool;
  versions: Record<number, { minVersion: number; maxVersion: number }> | null;
  lookupRequest(apiKey: number, protocol: Protocol): (args: object) => Exchange;
  isConnected(): boolean;
  connect: (this: Broker) => Promise<void>;
  disconnect(): Promise<void>;
  metadata(topics?: string[]): Promise<WireMetadata>;
}

export interface WireMetadata {
  brokers: { nodeId: number; host: string; port: number }[];
  controllerId: number;
  topicMetadata: {
    topicErrorCode: number;
    topic: string;
    partitionMetadata: { partitionErrorCode: number; partitionId: number; leader: number }[];
  }[];
}

export interface BrokerPool {
  brokers: Record<string, Broker>;
  metadata: WireMetadata | null;
  /** Milliseconds since the epoch; null makes the next `refreshMetadataIfNecessary` ask the broker. */
  metadataExpireAt: number | null;
  /** Whoever answered of the bootstrap servers. */
  seedBroker: Broker | undefined;
  versions: Broker['versions'];
  readonly rootLogger: KafkajsLogger;
  createBroker(options: { connectionPool: ConnectionPool; logger: KafkajsLogger; nodeId?: number }): Broker;
  hasConnectedBrokers(): boolean;
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  findBroker(options: { nodeId: number }): Promise<Broker>;
  findConnectedBroker: (this: BrokerPool) => Promise<Broker>;
}

export interface Address {
  host: string;
  port: number;
  rack?: string;
}

export interface Cluster {
  readonly brokerPool: BrokerPool;
  readonly targetTopics: Set<string>;
  readonly connectionPoolBuilder: { build: (address?: Partial<Address>) => Promise<ConnectionPool> };
  refreshMetadata(): Promise<void>;
  refreshMetadataIfNecessary(): Promise<void>;
}

export interface ClusterOptions {
  logger: KafkajsLogger;
  socketFactory: SocketFactory;
  brokers: string[];
  clientId: string;
  connectionTimeout: number;
  requestTimeout: number;
  enforceRequestTimeout: boolean;
  metadataMaxAge: number;
  allowAutoTopicCreation: boolean;
  maxInFlightRequests: null;
  /** 1: only records of committed transactions count. */
  isolationLevel: 0 | 1;
  retry: {
    retries: number;
    initialRetryTime: number;
    maxRetryTime: number;
    factor: number;
    multiplier: number;
  };
}

export interface ErrorCode {
  type: string;
  code: number;
  retriable: boolean;
  message: string;
}

export interface KafkajsErrors {
  readonly KafkaJSConnectionError: new (message: string, facts?: { broker?: string; code?: string }) => Error;
  readonly KafkaJSBrokerNotFound: new (message: string) => Error;
}
