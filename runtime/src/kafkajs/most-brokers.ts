import type { KafkaBroker, KafkaCluster } from './cluster.ts';
import { KafkaFaultError, makeFault } from './errors.ts';

/**
 * Asks all brokers side by side, for what one alone must not be believed: one that is cut off from the others, or was
 * frozen, tells what was true once, and does not know that it is not any more.
 * @param decide - looks at the answers so far, and at how many brokers there are; null as long as they are not enough
 * @returns what was decided; null where all that answer were not enough. Bounded by the cluster's time-outs; does not throw.
 */
export async function askMost<A, D>(
  cluster: Pick<KafkaCluster, 'nodeIds' | 'broker'>,
  ask: (broker: KafkaBroker) => Promise<A>,
  decide: (answers: readonly A[], brokers: number) => D | null,
): Promise<D | null> {
  const nodeIds = cluster.nodeIds();
  const answers: A[] = [];
  const { promise: decided, resolve } = Promise.withResolvers<D | null>();
  const all = nodeIds.map(async (nodeId) => {
    answers.push(await ask(await cluster.broker(nodeId)));
    const decision = decide(answers, nodeIds.length);
    if (decision !== null) resolve(decision);
  });
  void Promise.allSettled(all).then(() => resolve(null));
  return await decided;
}

/** Whether so many of the brokers are more than half of them. */
export const areMost = (some: number, brokers: number): boolean => some * 2 > brokers;

/** What is thrown where too few brokers say the same: one that answers is no better than one that does not, until they do. */
export const unsettled = (message: string): KafkaFaultError =>
  new KafkaFaultError(makeFault('UNSETTLED', message, { retriable: true, network: true }));
