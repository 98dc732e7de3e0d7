/**
 * The one place that reaches into kafkajs's inner modules, with types for what is used of them.
 * kafkajs has no `exports` map, so `kafkajs/src/…` can be required; `guard.ts` pins the release.
 */
import { createRequire } from 'node:module';
import { guardVersion } from './guard.ts';
import type {
  ApiName,
  Broker,
  BrokerPool,
  Cluster,
  ClusterOptions,
  Connection,
  ConnectionPool,
  ErrorCode,
  KafkajsErrors,
  Protocol,
  RequestQueue,
} from './internal-types.ts';

type Require = ReturnType<typeof createRequire>;

export interface Internals {
  readonly Cluster: { new (options: ClusterOptions): Cluster; prototype: Cluster };
  readonly Broker: { prototype: Broker };
  readonly BrokerPool: { prototype: BrokerPool };
  readonly Connection: { new (options: object): Connection; prototype: Connection };
  readonly ConnectionPool: { new (options: object): ConnectionPool; prototype: ConnectionPool };
  readonly RequestQueue: { new (options: object): RequestQueue; prototype: RequestQueue };
  readonly Encoder: { new (initialSize?: number): Encoder; prototype: Encoder };
  readonly errors: KafkajsErrors;
  /** The table that every response's error code is looked up in. */
  readonly errorCodes: ErrorCode[];
  readonly createErrorFromCode: (code: number) => Error;
  readonly apiKeys: Record<ApiName, number>;
  readonly requests: Record<ApiName, Protocol>;
}

/** Writes and reads one of the group protocol's byte formats. */
export interface GroupFormat<In, Out> {
  encode(value: In): Buffer;
  decode(bytes: Buffer): Out;
}

interface GroupFormats {
  readonly MemberMetadata: GroupFormat<
    { version: number; topics: string[]; userData: Buffer },
    { version: number; topics: string[]; userData: Buffer | null }
  >;
  readonly MemberAssignment: GroupFormat<
    { version: number; assignment: Record<string, number[]> },
    { assignment: Record<string, number[]> } | null
  >;
}

/** What an encoder takes from another one. */
export interface Written {
  readonly buf: Buffer;
  /** So many bytes of memory in front of `buf` are free for what is to stand there; 0 unless given. */
  readonly roomInFront?: number;
}

export interface Encoder {
  /** What is written, up to `offset`. */
  buf: Buffer;
  offset: number;
  roomInFront?: number;
  ensureAvailable(length: number): void;
  writeArray(items: readonly unknown[]): this;
  writeBoolean(value: boolean): this;
  writeBuffer(value: Buffer): this;
  writeEncoder(value: Written): this;
  writeInt32(value: number): this;
}

/** Loads kafkajs's inner modules through `require`. @throws Error where another release is installed */
export function readInternals(require: Require): Internals {
  guardVersion(require);
  const { errorCodes, createErrorFromCode } = require('kafkajs/src/protocol/error') as Pick<
    Internals,
    'errorCodes' | 'createErrorFromCode'
  >;
  return {
    Cluster: require('kafkajs/src/cluster'),
    Broker: require('kafkajs/src/broker'),
    BrokerPool: require('kafkajs/src/cluster/brokerPool'),
    Connection: require('kafkajs/src/network/connection'),
    ConnectionPool: require('kafkajs/src/network/connectionPool'),
    RequestQueue: require('kafkajs/src/network/requestQueue'),
    Encoder: require('kafkajs/src/protocol/encoder'),
    errors: require('kafkajs/src/errors'),
    errorCodes,
    createErrorFromCode,
    apiKeys: require('kafkajs/src/protocol/requests/apiKeys'),
    requests: (require('kafkajs/src/protocol/requests') as Pick<Internals, 'requests'>).requests,
  };
}

const require = createRequire(import.meta.url);

export const internals: Internals = readInternals(require);

export const { MemberMetadata, MemberAssignment } =
  require('kafkajs/src/consumer/assignerProtocol') as GroupFormats;
