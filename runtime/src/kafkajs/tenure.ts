import type { Logger } from 'pino';
import type { ConnectedClusters } from './connected-clusters.ts';
import type { Contact } from './contact.ts';
import { faultOf } from './errors.ts';
import { createFetchLoops, type FetchLoops, type FetchLoopsOptions } from './fetch-loops.ts';
import type { End } from './group-answers.ts';
import type { FetchTarget, GroupWork } from './group-types.ts';
import type { Heartbeats } from './heartbeats.ts';
import type { LayoutWatch } from './layout-watch.ts';
import type { Generation } from './membership.ts';

/** A member's time with the partitions of one generation. */
export interface Tenure {
  readonly generation: Generation;
  readonly loops: FetchLoops;
  /** Resolves when the group has dropped the member: `serve` then gives the partitions back without a wait. */
  readonly dropped: PromiseWithResolvers<true>;
}

export interface LoopsOptions extends Pick<
  FetchLoopsOptions,
  'maxWaitMs' | 'maxRecordBytes' | 'checkTopics'
> {
  readonly clusters: ConnectedClusters;
  readonly contact: Contact;
  /** Where it is kept which partitions cannot be read, by `topic/partition`, and why. */
  readonly blocked: Map<string, string>;
}

/** Sets a tenure up; nothing is fetched before `serve`. */
export function beginTenure(
  generation: Generation,
  targets: readonly FetchTarget[],
  options: LoopsOptions,
): Tenure {
  options.blocked.clear();
  return { generation, loops: loopsOf(targets, options), dropped: Promise.withResolvers() };
}

/** The fetch loops of a tenure, which tell what they see of Kafka. */
function loopsOf(targets: readonly FetchTarget[], options: LoopsOptions): FetchLoops {
  const { clusters, contact, blocked } = options;
  return createFetchLoops(targets, {
    ...options,
    clusterNow: clusters.now,
    relearn: async (cluster, nodeId, error) => {
      if (faultOf(error).network) contact.failed(`broker ${nodeId}`, error);
      await clusters.relearn(cluster);
    },
    heard: (nodeId) => contact.heard(`broker ${nodeId}`),
    blocked: ({ topic, partition }, reason) => {
      if (reason === null) blocked.delete(`${topic}/${partition}`);
      else blocked.set(`${topic}/${partition}`, reason);
    },
  });
}

export interface ServeOptions {
  readonly heartbeats: Heartbeats;
  readonly layout: LayoutWatch;
  readonly work: GroupWork;
  readonly stopping: AbortSignal;
  readonly log: Logger;
}

/** Fetches and beats until the group, or a stop, wants the partitions back; then gives them back. */
export async function serve(tenure: Tenure, options: ServeOptions): Promise<void> {
  const { generation, loops, dropped } = tenure;
  const { stopping, log } = options;
  const over = new AbortController();
  const { promise: ended, resolve: end } = Promise.withResolvers<End>();
  void dropped.promise.then(() => end('cut'));
  const onStop = () => end('stop');
  stopping.addEventListener('abort', onStop, { once: true });
  if (stopping.aborted) onStop();
  const beats = options.heartbeats.beatUntil(generation, over.signal, (reason) => {
    if (reason === 'cut') dropped.resolve(true);
    else end(reason);
  });
  const watch = options.layout.watchUntil(over.signal, generation.dealt, {
    passed: loops.reconcile,
    looked: (isOutdated) => {
      loops.reconcile();
      if (isOutdated) end('rebalance');
    },
  });
  try {
    loops.reconcile();
    const reason = await ended;
    loops.stop();
    if (reason === 'stop') return;
    log.info({ generation: generation.id, reason }, 'giving partitions back');
    const revoked = options.work.revoking(reason === 'cut');
    if (reason === 'cut') return await revoked;
    // Dropped meanwhile: the partitions may be others' already, and to wait longer would only delay the next join.
    if ((await Promise.race([revoked, dropped.promise])) === true) await options.work.revoking(true);
  } finally {
    stopping.removeEventListener('abort', onStop);
    over.abort();
    await Promise.all([beats, watch]);
  }
}
