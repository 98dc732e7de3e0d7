import type { KafkaBroker, KafkaCluster } from './cluster.ts';
import { faultOf } from './errors.ts';
import type { FetchTarget } from './group-types.ts';
import { READ_COMMITTED } from './isolation.ts';
import type { Leader } from './metadata-ids.ts';
import { areMost, askMost, unsettled } from './most-brokers.ts';

/** ListOffsets' names for the two ends of a log (Kafka protocol, ListOffsets: −2 earliest, −1 latest). */
export const EARLIEST = -2;
export const LATEST = -1;

/**
 * One end of each partition's log, asked of the broker that leads them.
 * @returns offsets by partition name `topic/partition`; partitions that the broker could not answer for are left out.
 */
export async function listOffsets(
  broker: KafkaBroker,
  partitions: readonly { topic: string; partition: number }[],
  end: typeof EARLIEST | typeof LATEST,
): Promise<Map<string, number>> {
  const { responses } = await broker.listOffsets({
    isolationLevel: READ_COMMITTED,
    topics: partitions.map(({ topic, partition }) => ({
      topic,
      partitions: [{ partition, timestamp: end }],
    })),
  });
  const offsets = new Map<string, number>();
  for (const { topic, partitions: answers } of responses) {
    for (const { partition, offset } of answers) offsets.set(`${topic}/${partition}`, Number(offset));
  }
  return offsets;
}

/**
 * Where the broker says that a position is outside its log, it goes on at the earliest offset that is left, and the target
 * is told. kafkajs commits −2 in the middle of it and says nothing of what was lost (#1119).
 *
 * Back is another matter than ahead: a broker that does not know yet that it leads no more has a shorter log than the one
 * that does, and would have all of it handled again. That its log is the one, more than half of the brokers must say.
 * @param options.checkTopics - asks whether the topic is still the same: if not, the target has no position after it
 * @param options.blocked - told why it cannot go on
 * @param options.signal - aborted, it leaves the target alone
 * @returns undefined, or why the broker gives no offset; throws when it cannot be asked
 */
export async function moveToEarliest(
  broker: KafkaBroker,
  target: FetchTarget,
  options: {
    readonly clusterNow: () => KafkaCluster;
    readonly checkTopics: () => Promise<void>;
    readonly blocked: (target: FetchTarget, reason: string) => void;
    readonly signal: AbortSignal;
  },
): Promise<unknown> {
  const { clusterNow, checkTopics, signal } = options;
  const from = target.position ?? 0;
  try {
    await checkTopics();
    const to = (await listOffsets(broker, [target], EARLIEST)).get(nameOf(target));
    if (to === undefined) throw withoutOffset(target);
    if (to < from && !(await leadsForMost(clusterNow(), broker, target)))
      throw new Error(`${nameOf(target)}: most brokers do not name broker ${broker.nodeId} its leader`);
    if (signal.aborted || target.position !== from) return undefined;
    target.position = to;
    target.gone(from, to);
    return undefined;
  } catch (error) {
    // What cannot be asked would let each partition behind this one wait as long again.
    const { network, message } = faultOf(error);
    if (network) throw error;
    if (!signal.aborted) options.blocked(target, message);
    return error;
  }
}

/**
 * Those without a position begin at the earliest offset that there is. One that the broker cannot answer for keeps no
 * other from being placed.
 * @param failed - told of each that is still without, and why; not of a broker that cannot be reached
 * @returns undefined, or why one is still without; does not throw
 */
export async function placeAtEarliest(
  broker: KafkaBroker,
  targets: readonly FetchTarget[],
  failed: (target: FetchTarget, reason: string) => void,
): Promise<unknown> {
  const unplaced = targets.filter(({ position }) => position === null);
  const idOf = new Map(unplaced.map((target) => [target, target.topicId]));
  if (unplaced.length === 0) return undefined;
  const answer = await listOffsets(broker, unplaced, EARLIEST).catch((error: unknown) => ({ error }));
  const offsets = answer instanceof Map ? answer : new Map<string, number>();
  let trouble: unknown;
  for (const target of unplaced) {
    // Made anew meanwhile: the answer may be one about the old log.
    if (target.topicId !== idOf.get(target)) continue;
    target.position ??= offsets.get(nameOf(target)) ?? null;
    if (target.position !== null) continue;
    trouble = answer instanceof Map ? withoutOffset(target) : answer.error;
    const { network, message } = faultOf(trouble);
    if (!network) failed(target, message);
  }
  return trouble;
}

/**
 * Whether the newest that more than half of the brokers know of the partition's leader is this broker.
 * @throws KafkaFaultError where no more than half can be asked
 */
async function leadsForMost(
  cluster: KafkaCluster,
  { nodeId }: KafkaBroker,
  { topic, partition }: FetchTarget,
): Promise<boolean> {
  const newest = await askMost(
    cluster,
    async (broker): Promise<Leader | null> => {
      const facts = await broker.topicFacts([topic]);
      // Before Kafka 2.8 nothing tells old news from new ones.
      if (facts === null) return { nodeId, epoch: 0 };
      return facts.get(topic)?.leaders.get(partition) ?? null;
    },
    (answers, brokers) => {
      const known = answers.filter((answer) => answer !== null);
      return areMost(known.length, brokers) ? known.toSorted((a, b) => b.epoch - a.epoch) : null;
    },
  );
  // Like a broker that cannot be reached: the next partition would wait as long for the same.
  if (newest === null) throw unsettled(`too few brokers say who leads ${topic}/${partition}`);
  return newest[0]?.nodeId === nodeId;
}

const nameOf = ({ topic, partition }: FetchTarget): string => `${topic}/${partition}`;

const withoutOffset = (target: FetchTarget): Error => new Error(`no earliest offset for ${nameOf(target)}`);
