import type { KafkaBroker, KafkaCluster } from './cluster.ts';
import { faultOf } from './errors.ts';
import { resultOf, throwFirst, without } from './group-answers.ts';
import {
  decodeAssignment,
  encodeAssignments,
  encodeMembership,
  GROUP_PROTOCOL,
  topicsOf,
  type Holding,
} from './group-protocol.ts';
import type { AssignedPartition, CommitAnswer, CommitEntry } from './group-types.ts';
import type { Assignment } from './sticky-assignment.ts';

/** A generation of the group that this member belongs to. */
export interface Generation {
  readonly id: number;
  readonly memberId: string;
  /** The partitions of each topic as the leader has dealt them; null for who is not the leader. */
  readonly dealt: ReadonlyMap<string, readonly number[]> | null;
  readonly assignment: Assignment;
  /** When the join was sent, by `performance.now()`: the session began no earlier, but for all one knows before its answer was seen. */
  readonly sinceMs: number;
}

export interface MembershipOptions {
  readonly groupId: string;
  readonly topics: readonly string[];
  readonly sessionTimeoutMs: number;
  readonly rebalanceTimeoutMs: number;
}

export type Membership = ReturnType<typeof createMembership>;

/**
 * The group's coordinator, spoken to in the member's name: join, beat, read and commit offsets, leave.
 *
 * It stands in the place of kafkajs's ConsumerGroup and OffsetManager. Those never look for a coordinator that has
 * moved (#1779), commit with the generation of the moment of a retry and so for partitions that are not theirs any
 * more (#1046), and give the revocation no place between the rebalance and the join. Here each call names its
 * generation, and a coordinator that fails in any way is forgotten and asked for anew.
 * Every call is bounded by the cluster's request time-out and throws what kafkajs throws; `faultOf` reads it.
 */
export function createMembership(options: MembershipOptions, clusterNow: () => KafkaCluster) {
  const { groupId, topics, sessionTimeoutMs, rebalanceTimeoutMs } = options;
  let coordinator: { broker: KafkaBroker; cluster: KafkaCluster } | null = null;
  let memberId = '';
  let leaving = false;

  async function withCoordinator<T>(call: (broker: KafkaBroker) => Promise<T>): Promise<T> {
    const cluster = clusterNow();
    if (coordinator === null || coordinator.cluster !== cluster) {
      coordinator = { broker: await cluster.findGroupCoordinator({ groupId }), cluster };
    }
    try {
      return await call(coordinator.broker);
    } catch (error) {
      if (!comesFromCoordinator(faultOf(error).type)) coordinator = null;
      throw error;
    }
  }

  async function join(holding: Holding): Promise<Generation> {
    let sinceMs = 0;
    const joined = await withCoordinator((broker) => {
      sinceMs = performance.now();
      return broker.joinGroup({
        groupId,
        sessionTimeout: sessionTimeoutMs,
        rebalanceTimeout: rebalanceTimeoutMs,
        memberId,
        groupProtocols: [{ name: GROUP_PROTOCOL, metadata: encodeMembership(topics, holding) }],
        onMemberId: (id) => {
          memberId = id;
          // The group would wait for one who is going: `leave` gives the id back instead.
          if (leaving) throw new Error('the member is leaving');
        },
      });
    });
    memberId = joined.memberId;
    const leader = joined.leaderId === joined.memberId;
    // The leader deals for all: also topics that it does not read itself.
    const wanted = leader ? topicsOf(joined.members) : [];
    if (wanted.some((topic) => !topics.includes(topic))) await clusterNow().addTargetTopics(wanted);
    if (leader) await clusterNow().refreshMetadata();
    const dealt = leader ? partitionsOf(clusterNow(), wanted) : null;
    const synced = await withCoordinator((broker) =>
      broker.syncGroup({
        groupId,
        generationId: joined.generationId,
        memberId,
        groupAssignment: dealt === null ? [] : encodeAssignments(joined.members, dealt),
      }),
    );
    return {
      id: joined.generationId,
      memberId,
      dealt,
      assignment: decodeAssignment(synced.memberAssignment),
      sinceMs,
    };
  }

  /**
   * Leaves by the member's id, also while a join or sync is under way: the group then waits for nobody, and may leave
   * that request without an answer. Only where no id is known yet `joining` is awaited, which brings one or fails.
   */
  async function leave(joining: Promise<unknown>): Promise<void> {
    leaving = true;
    if (memberId === '') await joining.catch(() => undefined);
    if (memberId !== '') await withCoordinator((broker) => broker.leaveGroup({ groupId, memberId }));
    memberId = '';
  }

  async function committed(assignment: Assignment): Promise<AssignedPartition[]> {
    const wanted = [...assignment].map(([topic, partitions]) => ({
      topic,
      partitions: partitions.map((partition) => ({ partition })),
    }));
    if (wanted.length === 0) return [];
    const { responses } = await withCoordinator((broker) => broker.offsetFetch({ groupId, topics: wanted }));
    return responses.flatMap(({ topic, partitions }) =>
      partitions.map(({ partition, offset, metadata }) => ({
        topic,
        partition,
        committed: Number(offset) < 0 ? null : Number(offset),
        metadata: metadata ?? '',
      })),
    );
  }

  /** `failed` hears why, where the positions were not taken. */
  async function commit(
    generation: Generation,
    entries: readonly CommitEntry[],
    failed: (error: unknown) => void,
  ): Promise<CommitAnswer> {
    let taken: readonly CommitEntry[] = [];
    try {
      await withCoordinator(async (broker) => {
        const refused = await broker.offsetCommit({
          groupId,
          groupGenerationId: generation.id,
          memberId: generation.memberId,
          topics: byTopic(entries),
          isGone: (topic) => clusterNow().isMissing(topic),
        });
        taken = without(entries, refused);
        throwFirst(refused);
      });
      return { result: 'acknowledged', taken };
    } catch (error) {
      failed(error);
      return { result: resultOf(faultOf(error)), taken };
    }
  }

  return {
    join,
    committed,
    commit,
    beat: (generation: Generation): Promise<void> =>
      withCoordinator((broker) =>
        broker.heartbeat({ groupId, groupGenerationId: generation.id, memberId: generation.memberId }),
      ),
    leave,
    /** Where the group does not know this member any more, the next join asks for a new id. */
    dropped: (error: unknown): void => {
      if (faultOf(error).type === 'UNKNOWN_MEMBER_ID') memberId = '';
    },
    memberId: () => memberId,
  };
}

/** The partition numbers of each topic, as the cluster's metadata has them; a missing topic has none. */
export function partitionsOf(cluster: KafkaCluster, topics: readonly string[]): Map<string, number[]> {
  return new Map(
    topics.map((topic) => [topic, cluster.topicPartitions(topic).map(({ partition }) => partition)]),
  );
}

/** Answers that only the group's true coordinator gives: it stays the coordinator. */
function comesFromCoordinator(type: string): boolean {
  return [
    'REBALANCE_IN_PROGRESS',
    'UNKNOWN_MEMBER_ID',
    'ILLEGAL_GENERATION',
    'OFFSET_METADATA_TOO_LARGE',
  ].includes(type);
}

function byTopic(entries: readonly CommitEntry[]) {
  const topics = new Map<string, { partition: number; offset: string; metadata: string }[]>();
  for (const { topic, partition, offset, metadata } of entries) {
    const list = topics.get(topic) ?? [];
    list.push({ partition, offset: String(offset), metadata });
    topics.set(topic, list);
  }
  return [...topics].map(([topic, partitions]) => ({ topic, partitions }));
}
