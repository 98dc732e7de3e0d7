import type { KafkaBroker, Compression, ProduceRequest } from './broker-types.ts';
import type { KafkaCluster } from './cluster.ts';
import { faultOf, KafkaFaultError, makeFault } from './errors.ts';
import { checkMessages } from './outgoing-messages.ts';

export type { Compression, OutgoingMessage } from './broker-types.ts';

export interface SendRequest {
  readonly topic: string;
  readonly partition: number;
  /** At least one; they are written together or not at all. */
  readonly messages: ProduceRequest['messages'];
  readonly compression: Compression;
  /** For everything: its turn, the leader, the acknowledgement of all replicas. */
  readonly timeoutMs: number;
  /**
   * Asked when all else is there and the bytes are given to the connection, which may be as late as that: where it says no, the
   * send fails as WITHDRAWN. What a broker that throttles makes the connection keep after that goes out all the same.
   */
  readonly mayWrite?: () => boolean;
}

export interface Sender {
  /**
   * Writes to one partition and resolves when all in-sync replicas have it, to the first record's offset. Requests to one partition go out
   * one at a time, in the order of the calls; those to different partitions side by side. The caller decides whether to try again.
   * @throws KafkaFaultError for every expected failure, within `timeoutMs`; TypeError or RangeError for messages that can't be written
   */
  send(request: SendRequest): Promise<{ baseOffset: number }>;
  /** How many partitions the topic has. @throws KafkaFaultError where it is missing or Kafka can't be asked */
  partitionsOf(topic: string): Promise<number>;
}

/** The type of the fault where `mayWrite` said no. */
export const WITHDRAWN = 'WITHDRAWN';

/** The broker's wait for its replicas ends this much before ours, so that its answer can still come: a share, at most so long. */
const ACK_MARGIN_SHARE = 0.2;
const ACK_MARGIN_MAX_MS = 1_000;

/**
 * Sends on a cluster, without kafkajs's Producer: that one spreads a send over brokers and forgets a part of it when a leader moves
 * meanwhile (#1303, #1798), groups messages in quadratic time, and retries by a policy that is not the caller's.
 */
export function createSender({ cluster }: { readonly cluster: KafkaCluster }): Sender {
  /** By partition: settles when all sends so far have ended. */
  const tails = new Map<string, Promise<void>>();

  async function send(request: SendRequest): Promise<{ baseOffset: number }> {
    if (!('add' in request.messages)) checkMessages(request.messages);
    const deadlineMs = performance.now() + request.timeoutMs;
    const name = `${request.topic}/${request.partition}`;
    const previous = tails.get(name) ?? Promise.resolve();
    const sending = inTurn(previous, request, deadlineMs);
    const tail = ended(previous, sending);
    tails.set(name, tail);
    try {
      return await sending;
    } finally {
      // The last in line leaves no line behind, unless it left early and someone before it still writes.
      void tail.finally(() => tails.get(name) === tail && tails.delete(name));
    }
  }

  async function inTurn(previous: Promise<void>, request: SendRequest, deadlineMs: number) {
    await before(deadlineMs, previous);
    const leader = await before(deadlineMs, leaderOf(cluster, request));
    return await write(leader, request, deadlineMs);
  }

  async function write(leader: KafkaBroker, request: SendRequest, deadlineMs: number) {
    const leftMs = deadlineMs - performance.now();
    const marginMs = Math.min(leftMs * ACK_MARGIN_SHARE, ACK_MARGIN_MAX_MS);
    try {
      const { baseOffset, fault } = await leader.produce({
        ...request,
        ackTimeoutMs: Math.max(1, Math.floor(leftMs - marginMs)),
        timeoutMs: Math.max(1, Math.ceil(leftMs)),
        onWrite: () => {
          if (performance.now() >= deadlineMs) throw timedOut();
          if (request.mayWrite?.() === false) throw unwritten(WITHDRAWN, 'not to be written any more');
        },
      });
      if (fault === null) return { baseOffset };
      throw new KafkaFaultError(fault);
    } catch (error) {
      if (faultOf(error).retriable) cluster.expireMetadata();
      throw faultErrorOf(error);
    }
  }

  async function partitionsOf(topic: string): Promise<number> {
    try {
      await cluster.addTargetTopics([topic]);
      const { length } = cluster.topicPartitions(topic);
      if (length > 0) return length;
      cluster.expireMetadata();
    } catch (error) {
      throw faultErrorOf(error);
    }
    throw missing(cluster, topic);
  }

  return { send, partitionsOf };
}

/** Resolves, to nothing, when all are over: a line that never gets empty must not gather its results. */
async function ended(...work: Promise<unknown>[]): Promise<void> {
  await Promise.allSettled(work);
}

/** The partition's leader, connected. Nothing is written here, so a layout that proves wrong is learnt anew once. */
async function leaderOf(cluster: KafkaCluster, target: SendRequest): Promise<KafkaBroker> {
  try {
    await cluster.addTargetTopics([target.topic]);
    return await knownLeader(cluster, target);
  } catch {
    cluster.expireMetadata();
  }
  try {
    await cluster.refreshMetadata();
    return await knownLeader(cluster, target);
  } catch (error) {
    cluster.expireMetadata();
    throw faultErrorOf(error);
  }
}

async function knownLeader(cluster: KafkaCluster, { topic, partition }: SendRequest): Promise<KafkaBroker> {
  const found = cluster.topicPartitions(topic).find((candidate) => candidate.partition === partition);
  if (found === undefined) throw missing(cluster, `${topic}/${partition}`, topic);
  if (found.leader < 0)
    throw unwritten('LEADER_NOT_AVAILABLE', `no leader for ${topic}/${partition}`, { retriable: true });
  return await cluster.broker(found.leader);
}

function missing(cluster: KafkaCluster, name: string, topic: string = name): KafkaFaultError {
  const type = cluster.topicError(topic) ?? 'UNKNOWN_TOPIC_OR_PARTITION';
  const retriable = type === 'UNKNOWN_TOPIC_OR_PARTITION' || type === 'LEADER_NOT_AVAILABLE';
  return unwritten(type, `${name}: ${type}`, { retriable });
}

const timedOut = (): KafkaFaultError =>
  unwritten('NETWORK', 'no time left to send', { retriable: true, network: true });

const faultErrorOf = (error: unknown): KafkaFaultError =>
  error instanceof KafkaFaultError ? error : new KafkaFaultError(faultOf(error), { cause: error });

const unwritten = (...facts: Parameters<typeof makeFault>) => new KafkaFaultError(makeFault(...facts));

/** Waits for `work`, but no longer than until the deadline; then throws that nothing was written. */
async function before<T>(deadlineMs: number, work: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(timedOut()), Math.max(0, deadlineMs - performance.now()));
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
