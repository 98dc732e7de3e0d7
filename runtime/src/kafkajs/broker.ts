import './apply.ts';
import { FETCH } from './fixes/join-connection.ts';
import { encodeProduce, ROOM_IN_FRONT_BYTES } from './encode-produce.ts';
import { faultOfCode, KafkaFaultError, makeFault, protocolErrorName } from './errors.ts';
import { internals } from './internals.ts';
import type { ApiName, Broker, Exchange } from './internal-types.ts';
import { rawFetch } from './raw-fetch.ts';
import { topicFacts } from './topic-facts.ts';
import type {
  BrokerAnswers,
  FetchRequest,
  KafkaBroker,
  ProduceAnswer,
  ProduceRequest,
  RefusedOffset,
} from './broker-types.ts';

/** How long a broker may take for an answer beyond the time that the request itself allows it. */
const GRACE_MS = 5_000;
/** CreateTopics 4 has the bytes of 3, and takes −1 for the broker's own number of replicas (KIP-464). */
const CREATE_TOPICS_VERSION = 4;

interface CallOptions {
  /** How long until the connection counts as dead; the cluster's request time-out unless given. */
  readonly timeoutMs?: number;
  /** Leaves error codes in the answer for the caller to read. */
  readonly lenient?: boolean;
  /** Changes the exchange before it is sent. */
  readonly adapt?: (exchange: Exchange) => void;
}

/** A broker's requests, typed, on a kafkajs Broker that has been connected. Lost connections are opened again by the next call. */
export function wrapBroker(
  broker: Broker,
  limits: { heartbeatTimeoutMs: number; requestTimeoutMs: number },
): KafkaBroker {
  async function call<N extends keyof BrokerAnswers>(api: N, args: object, options: CallOptions = {}) {
    const name: ApiName = api;
    const exchange = broker.lookupRequest(internals.apiKeys[name], internals.requests[name])(args);
    if (options.timeoutMs !== undefined) exchange.requestTimeout = options.timeoutMs;
    if (options.lenient === true) {
      exchange.response = { decode: exchange.response.decode, parse: async (decoded) => decoded };
    }
    options.adapt?.(exchange);
    return (await broker.connectionPool.send(exchange)) as BrokerAnswers[N];
  }

  let fetchesUnderWay = 0;

  async function fetchRaw(request: FetchRequest): Promise<Buffer> {
    // Sent behind an earlier one, it would not be answered before that has waited for all of its time.
    if (fetchesUnderWay > 0) await broker.connectionPool.pool[FETCH]?.disconnect();
    fetchesUnderWay += 1;
    try {
      const timeoutMs = request.maxWaitTime + limits.requestTimeoutMs;
      return (await call('Fetch', request, { timeoutMs, adapt: rawFetch(request) })).raw;
    } finally {
      fetchesUnderWay -= 1;
    }
  }

  return {
    nodeId: Number(broker.nodeId),
    findCoordinator: async ({ groupId }) => (await call('GroupCoordinator', { groupId })).coordinator.nodeId,
    joinGroup: async (request) => await joinGroup(request, async (args) => await call('JoinGroup', args)),
    syncGroup: async (request) => {
      const { memberAssignment } = await call('SyncGroup', request);
      return { memberAssignment: memberAssignment ?? Buffer.alloc(0) };
    },
    heartbeat: async (request) => {
      await call('Heartbeat', request, { timeoutMs: limits.heartbeatTimeoutMs });
    },
    leaveGroup: async (request) => {
      await call('LeaveGroup', request);
    },
    offsetCommit: async ({ isGone = () => false, ...request }) => {
      return refusedOf(await call('OffsetCommit', request, { lenient: true }), isGone);
    },
    offsetFetch: async (request) => {
      // kafkajs writes an empty list as null, which asks for all of the group's topics.
      if (request.topics.length === 0) return { responses: [] };
      return await call('OffsetFetch', request);
    },
    listOffsets: async (request) => withoutFailed(await call('ListOffsets', request, { lenient: true })),
    topicFacts: async (topics) => await topicFacts(broker, topics),
    fetchRaw,
    produce: async (request) => await produce(request, call),
    createTopics: async (request) => {
      const { topicErrors } = await call(
        'CreateTopics',
        { topics: request.topics, validateOnly: false, timeout: request.timeoutMs },
        { lenient: true, timeoutMs: request.timeoutMs + GRACE_MS, adapt: withBrokersReplication },
      );
      return topicErrors.map(({ topic, errorCode }) => ({ topic, fault: faultOfCode(errorCode) }));
    },
    describeConfigs: async (request) => await call('DescribeConfigs', request),
  };
}

type Call = <N extends keyof BrokerAnswers>(
  api: N,
  args: object,
  options?: CallOptions,
) => Promise<BrokerAnswers[N]>;

/** A member without an id is given one by a first refusal (KIP-394), and asks again with it. */
async function joinGroup(
  request: Parameters<KafkaBroker['joinGroup']>[0],
  ask: (args: object) => Promise<BrokerAnswers['JoinGroup']>,
): Promise<BrokerAnswers['JoinGroup']> {
  const { onMemberId, ...args } = { protocolType: 'consumer', ...request };
  try {
    return await ask(args);
  } catch (error) {
    const { name, memberId } = error as { name?: unknown; memberId?: unknown };
    if (name !== 'KafkaJSMemberIdRequired' || typeof memberId !== 'string') throw error;
    onMemberId?.(memberId);
    return await ask({ ...args, memberId });
  }
}

/** Records of one partition. The answer must speak of that partition, or nothing is known to be written. */
async function produce(request: ProduceRequest, call: Call): Promise<ProduceAnswer> {
  const { topic, partition, ackTimeoutMs, timeoutMs, onWrite } = request;
  // Its records are written by encodeProduce.
  const args = { acks: -1, timeout: ackTimeoutMs, topicData: [] };
  const answer = await call('Produce', args, {
    timeoutMs,
    lenient: true,
    adapt: ({ request: wire }) => {
      wire.encode = async () => {
        const bytes = await encodeProduce(request);
        onWrite();
        return writtenAlready(bytes);
      };
    },
  });
  const found = answer.topics
    .find(({ topicName }) => topicName === topic)
    ?.partitions.find((candidate) => candidate.partition === partition);
  if (found === undefined) {
    throw new KafkaFaultError(makeFault('UNEXPECTED', `the answer says nothing of ${topic}/${partition}`));
  }
  return { baseOffset: Number(found.baseOffset), fault: faultOfCode(found.errorCode) };
}

/** What kafkajs takes for an encoder that has written the bytes; a real one would copy them. */
const writtenAlready = (bytes: Buffer) => ({ buf: bytes, buffer: bytes, roomInFront: ROOM_IN_FRONT_BYTES });

function withBrokersReplication({ request }: Exchange): void {
  if (request.apiVersion === CREATE_TOPICS_VERSION - 1) request.apiVersion = CREATE_TOPICS_VERSION;
}

/** The refusals, but for those of topics that are gone. */
function refusedOf(
  { responses }: BrokerAnswers['OffsetCommit'],
  isGone: (topic: string) => boolean,
): RefusedOffset[] {
  const refused: RefusedOffset[] = [];
  for (const { topic, partitions } of responses) {
    for (const { partition, errorCode } of partitions) {
      if (errorCode === 0) continue;
      if (protocolErrorName(errorCode) === 'UNKNOWN_TOPIC_OR_PARTITION' && isGone(topic)) continue;
      refused.push({ topic, partition, error: internals.createErrorFromCode(errorCode) });
    }
  }
  return refused;
}

/** Leaves out the partitions that the broker could not answer for; where it could for none, throws the first one's error. */
function withoutFailed({ responses }: BrokerAnswers['ListOffsets']): BrokerAnswers['ListOffsets'] {
  const failed = responses.flatMap(({ partitions }) => partitions).filter(({ errorCode }) => errorCode !== 0);
  const good = responses.map(({ topic, partitions }) => ({
    topic,
    partitions: partitions.filter(({ errorCode }) => errorCode === 0),
  }));
  const [first] = failed;
  if (first !== undefined && good.every(({ partitions }) => partitions.length === 0)) {
    throw internals.createErrorFromCode(first.errorCode);
  }
  return { responses: good };
}
