import type { Logger } from 'pino';
import { sleep } from '../sleep.ts';
import { createCommitWatch } from './commit-watch.ts';
import { connectedClusters } from './connected-clusters.ts';
import { createContact } from './contact.ts';
import type { KafkaCluster } from './cluster.ts';
import { faultOf } from './errors.ts';
import { endOf } from './group-answers.ts';
import type {
  AssignedPartition,
  CommitEntry,
  CommitAnswer,
  FetchTarget,
  GroupConsumer,
  GroupStatus,
  GroupWork,
} from './group-types.ts';
import { holdingOf } from './group-protocol.ts';
import { createHeartbeats } from './heartbeats.ts';
import { createLayoutWatch } from './layout-watch.ts';
import { createMembership, type Generation, type MembershipOptions } from './membership.ts';
import { RETRY_MS } from './retry.ts';
import { beginTenure, serve, type Tenure } from './tenure.ts';
import { createTopicIdentities } from './topic-identities.ts';
import { WorkError } from './work-error.ts';

export interface GroupConsumerOptions extends MembershipOptions {
  readonly createCluster: () => KafkaCluster;
  readonly heartbeatIntervalMs: number;
  readonly maxWaitMs: number;
  readonly maxRecordBytes: number;
  readonly work: GroupWork;
  readonly log: Logger;
}

/**
 * A member of a consumer group: join, fetch, beat, commit, and give the partitions back before joining again.
 *
 *   connecting → joining → member ─(rebalance)→ revoking → joining …
 *                            └─(dropped by the group)→ cut → joining …
 *
 * The revocation is awaited before the join, so that work can end and be committed while the generation still holds
 * (#1046, #1366). Heartbeats have a loop of their own and go on during a revocation and through any outage. An outage does
 * not end a tenure: the partitions stay with this member until the coordinator says otherwise; meanwhile `holdsLease`
 * keeps it from beginning anything that a new owner might have begun too.
 */
export function createGroupConsumer(options: GroupConsumerOptions): GroupConsumer {
  const { work, log, topics } = options;
  const stopping = new AbortController();
  const contact = createContact({ stopping: stopping.signal, backAgain: () => work.changed(), log });
  const commits = createCommitWatch(contact);
  const clusters = connectedClusters({
    create: options.createCluster,
    contact,
    stopping: stopping.signal,
  });
  const membership = createMembership(options, () => clusters.now());
  const identities = createTopicIdentities({
    clusterNow: () => clusters.now(),
    topics,
    madeAnew: (topic, id) => {
      log.error({ topic, topicId: id }, 'the topic was deleted and created again: starting with its new log');
      for (const target of holding) if (target.topic === topic) target.madeAnew(id);
    },
  });
  const layout = createLayoutWatch({
    clusterNow: () => clusters.now(),
    topics,
    checkTopics: identities.look,
    failed: (error) => log.debug({ reason: faultOf(error).message }, 'the layout could not be learnt'),
  });
  const heartbeats = createHeartbeats({
    membership,
    contact,
    relearn: () => clusters.relearn(),
    renewed: () => work.changed(),
    intervalMs: options.heartbeatIntervalMs,
    sessionTimeoutMs: options.sessionTimeoutMs,
  });
  const blocked = new Map<string, string>();
  let phase: GroupStatus['phase'] = 'connecting';
  let tenure: Tenure | null = null;
  let rebalances = 0;
  let holding: FetchTarget[] = [];
  let heldSince = -1;
  let joining: Promise<unknown> = Promise.resolve();

  async function run(): Promise<void> {
    contact.begin();
    while (!stopping.signal.aborted) {
      try {
        joining = enter();
        await joining;
        if (tenure === null) continue;
        phase = 'member';
        await serve(tenure, { heartbeats, layout, work, stopping: stopping.signal, log });
      } catch (error) {
        if (stopping.signal.aborted) return;
        if (error instanceof WorkError || (faultOf(error).credentials && rebalances === 0)) throw error;
        await recover(error);
      } finally {
        tenure = null;
      }
    }
  }

  /** Answers of the group are no outage: it wants another join. */
  async function recover(error: unknown): Promise<void> {
    membership.dropped(error);
    if (endOf(error) === null) {
      contact.failed('group', error);
      await clusters.relearn();
    }
    await sleep(RETRY_MS, stopping.signal);
  }

  /** Joins, learns what is committed, and sets up a tenure. */
  async function enter(): Promise<void> {
    phase = clusters.connected() ? 'joining' : 'connecting';
    await clusters.connect(topics);
    phase = 'joining';
    const generation = await membership.join(holdingOf(holding, heldSince));
    heartbeats.renew(generation.sinceMs);
    await clusters.now().refreshMetadata();
    const committed = await heartbeats.beatWhile(generation, committedNow(generation));
    if (stopping.signal.aborted) return;
    rebalances += 1;
    log.info({ generation: generation.id, partitions: committed.length }, 'joined the group');
    holding = assigned(committed);
    heldSince = generation.id;
    commits.begin();
    const checkTopics = identities.look;
    tenure = beginTenure(generation, holding, { ...options, clusters, contact, blocked, checkTopics });
  }

  /** What is committed, and of which topic it can be: asked in this order, an id that fits is the commit's own. */
  async function committedNow({ assignment }: Generation): Promise<AssignedPartition[]> {
    const committed = await membership.committed(assignment);
    await identities.look();
    return committed;
  }

  function assigned(committed: readonly AssignedPartition[]): FetchTarget[] {
    try {
      return [...work.assigned(committed.map((one) => ({ ...one, topicId: identities.idOf(one.topic) })))];
    } catch (cause) {
      throw new WorkError('the assignment could not be taken', { cause });
    }
  }

  async function commit(entries: readonly CommitEntry[]): Promise<CommitAnswer> {
    const current = tenure;
    if (current === null) return { result: 'unsent', taken: [] };
    const answer = await membership.commit(current.generation, entries, (error) => {
      // An answer that comes late speaks of an earlier generation.
      if (tenure !== current) return;
      commits.failed(error);
      if (endOf(error) !== 'cut') return;
      heartbeats.cut(current.generation, error);
      current.dropped.resolve(true);
    });
    if (answer.result === 'acknowledged') commits.begin();
    return answer;
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
    holdsLease: heartbeats.holdsLease,
    wake: () => tenure?.loops.wake(),
    status: () => ({
      phase,
      outage: contact.outage((nodeId) => tenure?.loops.leads(nodeId) === true),
      away: contact.away(),
      silentMs: Math.max(contact.silentMs(), tenure?.loops.busyMs() ?? 0),
      memberId: membership.memberId(),
      generation: tenure?.generation.id ?? -1,
      rebalances,
      missingTopics: layout.missingTopics(),
    }),
    blocked: () => blocked,
    cluster: () => (clusters.connected() ? clusters.now() : null),
  };
}
