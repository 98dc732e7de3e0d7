import type { Logger } from 'pino';
import { sleep } from '../sleep.ts';
import { connectedClusters } from './connected-clusters.ts';
import type { KafkaCluster } from './cluster.ts';
import { faultOf } from './errors.ts';
import { createFetchLoops, type FetchLoops } from './fetch-loops.ts';
import type {
  AssignedPartition,
  CommitEntry,
  CommitResult,
  FetchTarget,
  GroupStatus,
  GroupWork,
} from './group-types.ts';
import { createMembership, partitionsOf, type Generation, type MembershipOptions } from './membership.ts';

export interface GroupConsumerOptions extends MembershipOptions {
  readonly createCluster: () => KafkaCluster;
  readonly heartbeatIntervalMs: number;
  readonly maxWaitMs: number;
  readonly maxRecordBytes: number;
  readonly work: GroupWork;
  readonly log: Logger;
}

export interface GroupConsumer {
  /** Lives as a member of the group until `stop`; no outage ends it. Rejects only on refused credentials or a bug. */
  run(): Promise<void>;
  /** Leaves the group and disconnects. What is not committed by then stays uncommitted. Bounded by `deadlineMs`. */
  stop(deadlineMs: number): Promise<void>;
  /** Commits positions in the current generation. One at a time; bounded by the request time-out. */
  commit(entries: readonly CommitEntry[]): Promise<CommitResult>;
  /** Whether the group surely still counts this member: what begins while it does cannot run beside a new owner. */
  holdsLease(): boolean;
  wake(): void;
  status(): GroupStatus;
  /** The partitions that cannot be read, by `topic/partition`, and why. */
  blocked(): ReadonlyMap<string, string>;
  /** The cluster as it is connected now, to ask for log ends; null while none is. */
  cluster(): KafkaCluster | null;
}

const RETRY_MS = 500;
/** How often the cluster's layout is asked for: partitions that were added, topics that were deleted. */
const METADATA_INTERVAL_MS = 30_000;

/** Why a member's time with its partitions ends. */
type End = 'rebalance' | 'cut' | 'stop';

/** A member's time with the partitions of one generation. */
interface Tenure {
  readonly generation: Generation;
  readonly loops: FetchLoops;
  readonly over: AbortController;
  readonly ended: Promise<End>;
  end(reason: End): void;
}

/**
 * A member of a consumer group: join, fetch, beat, commit, and give the partitions back before joining again.
 *
 *   connecting → joining → member ─(rebalance)→ revoking → joining …
 *                            └─(dropped by the group)→ cut → joining …
 *
 * The revocation is awaited before the join, so that work can end and be committed while the generation still holds
 * [9, 11]. Heartbeats have a loop of their own and go on during a revocation and through any outage [3]. An outage does
 * not end a tenure: the partitions stay with this member until the coordinator says otherwise; meanwhile `holdsLease`
 * keeps it from beginning anything that a new owner might have begun too.
 */
export function createGroupConsumer(options: GroupConsumerOptions): GroupConsumer {
  const { work, log, topics } = options;
  const stopping = new AbortController();
  const clusters = connectedClusters(options.createCluster, stopping.signal);
  const membership = createMembership(options, () => clusters.now());
  const blocked = new Map<string, string>();
  let phase: GroupStatus['phase'] = 'connecting';
  let tenure: Tenure | null = null;
  let leaseUntil = 0;
  let rebalances = 0;
  let lastHeard = performance.now();
  let outage: GroupStatus['outage'] = null;
  let holding: FetchTarget[] = [];
  let heldSince = -1;
  let missingTopics: string[] = [];
  let joining: Promise<unknown> = Promise.resolve();

  function heard(): void {
    lastHeard = performance.now();
    if (outage === null) return;
    log.warn({ outageMs: Date.now() - outage.sinceMs }, 'Kafka answers again');
    outage = null;
    work.changed();
  }

  /** Something failed. Answers of the group are no outage; anything else is one until Kafka answers again. */
  function failed(error: unknown): void {
    lastHeard = performance.now();
    if (stopping.signal.aborted) return;
    const { type, message } = faultOf(error);
    if (outage === null)
      log.warn({ reason: message, type }, 'Kafka does not answer as it should; going on trying');
    outage ??= { sinceMs: Date.now(), reason: message };
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        joining = enter();
        await joining;
        if (tenure === null) continue;
        phase = 'member';
        await serve(tenure);
      } catch (error) {
        if (stopping.signal.aborted) return;
        if (error instanceof WorkError || (faultOf(error).credentials && rebalances === 0)) throw error;
        dropStaleMember(error);
        if (!isGroupAnswer(error)) {
          failed(error);
          await clusters.relearn();
        }
        await sleep(RETRY_MS, stopping.signal);
      }
    }
  }

  /** Joins, learns what is committed, and sets up a tenure. */
  async function enter(): Promise<void> {
    phase = clusters.connected() ? 'joining' : 'connecting';
    await clusters.connect(topics);
    phase = 'joining';
    const generation = await membership.join({ owned: ownedByTopic(holding), generation: heldSince });
    leaseUntil = generation.sinceMs + options.sessionTimeoutMs;
    heard();
    await clusters.now().refreshMetadata();
    const committed = await beatingWhile(generation, membership.committed(generation.assignment));
    if (stopping.signal.aborted) return;
    rebalances += 1;
    log.info({ generation: generation.id, partitions: committed.length }, 'joined the group');
    holding = assigned(committed);
    heldSince = generation.id;
    tenure = begin(generation);
  }

  function assigned(committed: readonly AssignedPartition[]): FetchTarget[] {
    try {
      return [...work.assigned(committed)];
    } catch (cause) {
      throw new WorkError('the assignment could not be taken', { cause });
    }
  }

  /** A slow answer must not cost the membership that was just won. */
  async function beatingWhile<T>(generation: Generation, answer: Promise<T>): Promise<T> {
    const done = new AbortController();
    const beats = beatUntil(generation, done.signal, () => undefined);
    try {
      return await answer;
    } finally {
      done.abort();
      await beats;
    }
  }

  function begin(generation: Generation): Tenure {
    const over = new AbortController();
    const { promise: ended, resolve: end } = Promise.withResolvers<End>();
    blocked.clear();
    const loops = createFetchLoops(holding, {
      clusterNow: () => clusters.now(),
      relearn: async (cluster, error) => {
        if (faultOf(error).network) failed(error);
        await clusters.relearn(cluster);
      },
      heard,
      blocked: (target, reason) => setBlocked(`${target.topic}/${target.partition}`, reason),
      maxWaitMs: options.maxWaitMs,
      maxRecordBytes: options.maxRecordBytes,
    });
    return { generation, loops, over, ended, end };
  }

  /** Fetches and beats until the group, or `stop`, wants the partitions back; then gives them back. */
  async function serve(current: Tenure): Promise<void> {
    const { generation, loops, over } = current;
    const onStop = () => current.end('stop');
    stopping.signal.addEventListener('abort', onStop, { once: true });
    const beats = beatUntil(generation, over.signal, (reason) => current.end(reason));
    const watch = watchLayout(current);
    loops.reconcile();
    const reason = await current.ended;
    loops.stop();
    if (reason !== 'stop') {
      log.info({ generation: generation.id, reason }, 'giving partitions back');
      await work.revoking(reason === 'cut');
    }
    stopping.signal.removeEventListener('abort', onStop);
    tenure = null;
    over.abort();
    await Promise.all([beats, watch]);
  }

  async function beatUntil(
    generation: Generation,
    over: AbortSignal,
    ended: (reason: End) => void,
  ): Promise<void> {
    while (await sleep(options.heartbeatIntervalMs, over)) {
      const sentAt = performance.now();
      try {
        await membership.beat(generation);
        leaseUntil = sentAt + options.sessionTimeoutMs;
        heard();
        work.changed();
      } catch (error) {
        const { type } = faultOf(error);
        if (type === 'REBALANCE_IN_PROGRESS') {
          leaseUntil = sentAt + options.sessionTimeoutMs;
          heard();
          ended('rebalance');
        } else if (isCut(type)) {
          leaseUntil = 0;
          dropStaleMember(error);
          ended('cut');
          return;
        } else if (!over.aborted) {
          failed(error);
          await clusters.relearn();
        }
      }
    }
  }

  /** The leader of the group asks for a new deal when partitions were added, or topics came or went. */
  async function watchLayout({ generation, over, loops, end }: Tenure): Promise<void> {
    const before = layoutOf(clusters.now(), topics);
    for (;;) {
      missingTopics = topics.filter((topic) => clusters.now().topicPartitions(topic).length === 0);
      if (!(await sleep(missingTopics.length === 0 ? METADATA_INTERVAL_MS : 2_000, over.signal))) return;
      try {
        await clusters.now().refreshMetadata();
        loops.reconcile();
      } catch (error) {
        failed(error);
      }
      if (generation.leader && layoutOf(clusters.now(), topics) !== before) end('rebalance');
    }
  }

  function dropStaleMember(error: unknown): void {
    if (faultOf(error).type === 'UNKNOWN_MEMBER_ID') membership.forget();
  }

  function setBlocked(name: string, reason: string | null): void {
    if (reason === null) blocked.delete(name);
    else blocked.set(name, reason);
  }

  async function commit(entries: readonly CommitEntry[]): Promise<CommitResult> {
    const current = tenure;
    if (current === null) return 'refused';
    const result = await membership.commit(current.generation, entries);
    if (result === 'acknowledged') heard();
    return result;
  }

  async function stop(deadlineMs: number): Promise<void> {
    phase = 'leaving';
    stopping.abort();
    const bound = AbortSignal.timeout(Math.ceil(deadlineMs));
    await Promise.race([
      membership
        .leave(joining)
        .catch((error: unknown) => log.debug({ reason: faultOf(error).message }, 'left the group unheard')),
      sleep(deadlineMs, bound),
    ]);
    clusters.close();
    phase = 'stopped';
  }

  return {
    run,
    stop,
    commit,
    holdsLease: () => performance.now() < leaseUntil,
    wake: () => tenure?.loops.wake(),
    status: () => ({
      phase,
      outage,
      silentMs: performance.now() - lastHeard,
      memberId: membership.memberId(),
      generation: tenure?.generation.id ?? -1,
      rebalances,
      missingTopics,
    }),
    blocked: () => blocked,
    cluster: () => (clusters.connected() ? clusters.now() : null),
  };
}

/** A bug in the owner's code, which no retry mends. */
class WorkError extends Error {
  override readonly name = 'WorkError';
}

/** The group speaks: it wants another join, and Kafka is well. */
function isGroupAnswer(error: unknown): boolean {
  const { type } = faultOf(error);
  return type === 'REBALANCE_IN_PROGRESS' || isCut(type);
}

function isCut(type: string): boolean {
  return ['UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION', 'FENCED_INSTANCE_ID'].includes(type);
}

function layoutOf(cluster: KafkaCluster, topics: readonly string[]): string {
  return JSON.stringify([...partitionsOf(cluster, topics)]);
}

function ownedByTopic(targets: readonly FetchTarget[]): Map<string, number[]> {
  const owned = new Map<string, number[]>();
  for (const { topic, partition } of targets) owned.set(topic, [...(owned.get(topic) ?? []), partition]);
  return owned;
}
