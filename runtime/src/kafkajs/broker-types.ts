import type { GrowingBatch } from './growing-batch.ts';
import type { Fault } from './errors.ts';
import type { TopicFacts } from './metadata-ids.ts';

/** An offset that the coordinator did not take. */
export interface RefusedOffset {
  readonly topic: string;
  readonly partition: number;
  readonly error: Error;
}

/** One broker's requests, in kafkajs's terms. All are bounded by time-outs and throw what `faultOf` reads. */
export interface KafkaBroker {
  readonly nodeId: number;
  /** @returns the id of the broker that coordinates the group, asked anew each time */
  findCoordinator(request: { groupId: string }): Promise<number>;
  /** Blocks until the whole group has come; on a connection of its own, together with syncGroup. */
  joinGroup(request: JoinGroupRequest): Promise<BrokerAnswers['JoinGroup']>;
  /** No assignment is no bytes. */
  syncGroup(request: {
    groupId: string;
    generationId: number;
    memberId: string;
    groupAssignment: { memberId: string; memberAssignment: Buffer }[];
  }): Promise<{ memberAssignment: Buffer }>;
  heartbeat(request: { groupId: string; groupGenerationId: number; memberId: string }): Promise<void>;
  leaveGroup(request: { groupId: string; memberId: string }): Promise<void>;
  /**
   * @returns the partitions that were refused, each with its error; the others are committed. Of a topic that `isGone` and that
   * the coordinator does not know either, there is nothing to commit: that is no error.
   */
  offsetCommit(request: {
    isGone?: (topic: string) => boolean;
    groupId: string;
    groupGenerationId: number;
    memberId: string;
    topics: { topic: string; partitions: { partition: number; offset: string; metadata: string | null }[] }[];
  }): Promise<readonly RefusedOffset[]>;
  /** Offset "-1" where nothing is committed. No topics, no answers. */
  offsetFetch(request: {
    groupId: string;
    topics: { topic: string; partitions: { partition: number }[] }[];
  }): Promise<BrokerAnswers['OffsetFetch']>;
  /**
   * Timestamp −1 asks for the end (with isolationLevel 1: of what is committed), −2 for the start. Partitions that the broker could not answer
   * for are left out; throws if that is all of them.
   */
  listOffsets(request: {
    isolationLevel: number;
    topics: { topic: string; partitions: { partition: number; timestamp: number }[] }[];
  }): Promise<BrokerAnswers['ListOffsets']>;
  /**
   * @returns topics by name, without those that are missing; null from a broker that knows no ids of topics (before Kafka
   * 2.8)
   */
  topicFacts(topics: readonly string[]): Promise<ReadonlyMap<string, TopicFacts> | null>;
  /**
   * One at a time: an earlier one that is not answered yet fails, with its connection, for a broker answers a connection's
   * requests in order.
   * @returns the payload of a Fetch answer, version 11, from its throttle time on; times in milliseconds
   */
  fetchRaw(request: FetchRequest): Promise<Buffer>;
  produce(request: ProduceRequest): Promise<ProduceAnswer>;
  /** @returns one entry a topic, its fault null where it was created */
  createTopics(request: {
    topics: NewTopic[];
    timeoutMs: number;
  }): Promise<{ topic: string; fault: Fault | null }[]>;
  describeConfigs(request: {
    resources: { type: number; name: string; configNames: string[] }[];
  }): Promise<BrokerAnswers['DescribeConfigs']>;
}

export interface JoinGroupRequest {
  groupId: string;
  /** Milliseconds, as is rebalanceTimeout. */
  sessionTimeout: number;
  rebalanceTimeout: number;
  /** Empty for a new member. */
  memberId: string;
  groupProtocols: { name: string; metadata: Buffer }[];
  /** Told the id that the coordinator gives a new member, before the join is over: with it, one who gives up can leave. */
  onMemberId?: (memberId: string) => void;
}

export interface FetchRequest {
  isolationLevel: number;
  /** How long the broker may wait for `minBytes`, in milliseconds. */
  maxWaitTime: number;
  minBytes: number;
  maxBytes: number;
  topics: { topic: string; partitions: { partition: number; fetchOffset: string; maxBytes: number }[] }[];
}

/** Headers as a record has them on the wire: names and values with their lengths in front, their number aside. */
export interface EncodedHeaders {
  readonly count: number;
  readonly bytes: Buffer;
}

/** A record to be written. A null key or value is none. */
export interface OutgoingMessage {
  readonly key: Buffer | null;
  readonly value: Buffer | string | null;
  /** The headers as they stand on the wire; `headers` is not looked at then. */
  readonly encodedHeaders?: EncodedHeaders;
  /** A list is a header that is there several times. */
  readonly headers?: Readonly<Record<string, string | Buffer | readonly (string | Buffer)[]>>;
  /** Milliseconds since the epoch; the time of sending unless given. */
  readonly timestamp?: number;
}

export type Compression = 'none' | 'gzip';

export interface ProduceRequest {
  readonly topic: string;
  readonly partition: number;
  readonly messages: readonly OutgoingMessage[] | GrowingBatch;
  readonly compression: Compression;
  /** How long the broker may wait for all replicas. */
  readonly ackTimeoutMs: number;
  /** How long until the connection counts as dead. */
  readonly timeoutMs: number;
  /** Called just before the bytes are given to the connection: from now on they may have been written. What it throws stops them. */
  readonly onWrite: () => void;
}

export interface ProduceAnswer {
  readonly baseOffset: number;
  readonly fault: Fault | null;
}

export interface NewTopic {
  topic: string;
  numPartitions: number;
  /** −1: the broker's default. */
  replicationFactor: number;
  configEntries: { name: string; value: string }[];
}

/** What kafkajs makes of the answers. */
export interface BrokerAnswers {
  GroupCoordinator: { coordinator: { nodeId: number; host: string; port: number } };
  JoinGroup: {
    generationId: number;
    groupProtocol: string;
    leaderId: string;
    memberId: string;
    /** Empty, but for the leader. */
    members: { memberId: string; memberMetadata: Buffer }[];
  };
  SyncGroup: { memberAssignment: Buffer | null };
  Heartbeat: unknown;
  LeaveGroup: unknown;
  OffsetCommit: { responses: { topic: string; partitions: { partition: number; errorCode: number }[] }[] };
  OffsetFetch: {
    responses: {
      topic: string;
      partitions: { partition: number; offset: string; metadata: string | null }[];
    }[];
  };
  ListOffsets: {
    responses: {
      topic: string;
      partitions: { partition: number; errorCode: number; timestamp: string; offset: string }[];
    }[];
  };
  Fetch: { raw: Buffer };
  Produce: {
    topics: {
      topicName: string;
      partitions: { partition: number; errorCode: number; baseOffset: string }[];
    }[];
  };
  CreateTopics: { topicErrors: { topic: string; errorCode: number }[] };
  DescribeConfigs: {
    resources: {
      resourceName: string;
      configEntries: { configName: string; configValue: string | null }[];
    }[];
  };
}
