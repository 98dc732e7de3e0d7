import { sleep } from '../sleep.ts';
import type { KafkaBroker, KafkaCluster } from './cluster.ts';
import { decodeFetchResponse, troubleOf, type FetchedPartition } from './decode-fetch.ts';
import { protocolErrorName } from './errors.ts';
import { asksOf, fetchRequest, isOfNow } from './fetch-request.ts';
import { createFetchTurns, type FetchTurns } from './fetch-turns.ts';
import type { FetchTarget } from './group-types.ts';
import { createLeaders } from './leaders-of.ts';
import { createLoopTimes, type LoopTimes } from './loop-times.ts';
import { moveToEarliest, placeAtEarliest } from './positions.ts';

const RETRY_MS = 250;
/** While a partition is left out for want of room, nothing is waited for longer than this: it may have room any moment. */
const SHORT_WAIT_MS = 20;

export interface FetchLoopsOptions {
  readonly clusterNow: () => KafkaCluster;
  /** Called when a broker cannot be used as the metadata says: learns the cluster anew, for as long as that takes. Does not throw. */
  readonly relearn: (failed: KafkaCluster, nodeId: number, error: unknown) => Promise<void>;
  /** Asks whether the topics are still the same, and tells the targets. Bounded; throws what kafkajs throws. */
  readonly checkTopics: () => Promise<void>;
  /** The broker answered. */
  readonly heard: (nodeId: number) => void;
  /** A partition cannot be read, and why; null when it can again. */
  readonly blocked: (target: FetchTarget, reason: string | null) => void;
  readonly maxWaitMs: number;
  readonly maxRecordBytes: number;
}

export interface FetchLoops {
  /** Leaders may have changed: every broker that leads a partition has its loop after this. */
  reconcile(): void;
  /** Whether the broker leads a partition of ours, as far as is known. */
  leads(nodeId: number): boolean;
  /** A partition may have room again. */
  wake(): void;
  readonly busyMs: LoopTimes['busyMs'];
  /**
   * Sends and delivers nothing more from this moment on. A request under way is left to end by itself, or until the next
   * tenure's first fetch takes its place: most are answered before that, and cost no new connection.
   */
  stop(): void;
}

interface Asking {
  readonly afterTrouble: boolean;
  readonly maxWaitMs: number;
  readonly turns: FetchTurns;
  readonly answered: (sizeBytes: number) => void;
}

/**
 * One loop a broker, each with one request under way: the next is sent before the records of the last are worked on,
 * so that the broker reads while we compute.
 *
 * It stands in the place of kafkajs's Runner, FetchManager, Fetcher and Batch, which fetch from a broker only when every batch of
 * its last answer is processed (#683, #1732), sleep `maxWaitTimeInMs` while all partitions are paused, throw data in flight away on
 * a pause and fetch it again, deliver batches of partitions that were lost (#1046, #1366), stop for ever at a batch that the
 * cleaner emptied (#1072, #562) and never commit past filtered ones. Here a partition that wants nothing is left out of the
 * request, what was asked for is always delivered, and an answer that arrives after `stop` is dropped.
 */
export function createFetchLoops(targets: readonly FetchTarget[], options: FetchLoopsOptions): FetchLoops {
  const ended = new AbortController();
  const times = createLoopTimes();
  const leadersNow = createLeaders(targets, options.blocked);
  let led = new Map<number, FetchTarget[]>();
  let waiting = Promise.withResolvers<void>();

  function reconcile(): void {
    if (ended.signal.aborted) return;
    led = leadersNow(options.clusterNow());
    for (const nodeId of led.keys()) {
      if (times.has(nodeId)) continue;
      times.rest(nodeId);
      void loop(nodeId).finally(() => times.end(nodeId));
    }
    wake();
  }

  function wake(): void {
    waiting.resolve();
    waiting = Promise.withResolvers<void>();
  }

  async function loop(nodeId: number): Promise<void> {
    const turns = createFetchTurns();
    let afterTrouble = false;
    let heldUntilMs: number | null = null;
    while (!ended.signal.aborted && led.has(nodeId)) {
      const cluster = options.clusterNow();
      const all = led.get(nodeId) ?? [];
      const turn = turns.next(all);
      const { asked, isForFew } = turn;
      if (asked.length === 0) {
        await waiting.promise;
        continue;
      }
      const leavesOut = !isForFew && asked.length < all.length;
      // A request for those alone that have nothing would keep the others, which have much, waiting behind it.
      if (leavesOut && asked.every(turns.isCaughtUp)) {
        heldUntilMs ??= performance.now() + SHORT_WAIT_MS;
        const leftMs = heldUntilMs - performance.now();
        if (leftMs > 0) {
          await Promise.race([waiting.promise, sleep(leftMs, ended.signal)]);
          continue;
        }
      }
      heldUntilMs = null;
      times.begin(nodeId);
      const waitMs = leavesOut ? Math.min(SHORT_WAIT_MS, options.maxWaitMs) : options.maxWaitMs;
      const trouble: unknown = await fetchOnce(cluster, nodeId, asked, {
        afterTrouble,
        maxWaitMs: isForFew ? 0 : waitMs,
        turns,
        answered: (sizeBytes) => turns.answered(turn, all, sizeBytes),
      }).catch((error: unknown) => error);
      afterTrouble = trouble !== undefined;
      times.rest(nodeId);
      if (!afterTrouble || ended.signal.aborted) continue;
      await options.relearn(cluster, nodeId, trouble);
      await sleep(RETRY_MS, ended.signal);
      reconcile();
    }
  }

  /** @returns undefined, or what shows that not every partition can be asked of this broker now. */
  async function fetchOnce(
    cluster: KafkaCluster,
    nodeId: number,
    asked: readonly FetchTarget[],
    { afterTrouble, maxWaitMs, turns, answered }: Asking,
  ): Promise<unknown> {
    const broker = await cluster.broker(nodeId);
    let trouble = await placeAtEarliest(broker, asked, (target, reason) => {
      if (!ended.signal.aborted) options.blocked(target, reason);
    });
    // The others are asked for all the same.
    const placed = asked.filter(({ position }) => position !== null);
    // After a stop the broker is the next tenure's to ask, and this request would take the place of its.
    if (placed.length === 0 || ended.signal.aborted) return trouble;
    const byName = asksOf(placed);
    const payload = await broker.fetchRaw(fetchRequest(placed, maxWaitMs));
    // Behind trouble there may be a topic that was deleted, created again, and has grown past our positions.
    if (afterTrouble && !ended.signal.aborted) await options.checkTopics();
    options.heard(nodeId);
    // Decoding would hold up what the stop waits for.
    if (ended.signal.aborted) return undefined;
    const decoding = decodeFetchResponse(payload, {
      fetchOffset: (topic, partition) => byName.get(`${topic}/${partition}`)?.from ?? 0,
      maxRecordBytes: options.maxRecordBytes,
      signal: ended.signal,
      progressed: () => times.begin(nodeId),
    });
    const answer = decoding instanceof Promise ? await decoding : decoding;
    trouble = troubleOf(answer) ?? trouble;
    for (const fetched of answer.partitions) {
      // What one partition waited for may have outlasted the tenure: the others are no one's to deliver to then.
      if (ended.signal.aborted) return undefined;
      const ask = byName.get(`${fetched.topic}/${fetched.partition}`);
      if (ask === undefined || !isOfNow(ask)) continue;
      trouble = (await take(broker, ask.target, fetched, turns)) ?? trouble;
    }
    answered(payload.length);
    return trouble;
  }

  /** Hands one partition's part of an answer over. @returns what is wrong with asking this broker, if anything is. */
  async function take(
    broker: KafkaBroker,
    target: FetchTarget,
    fetched: FetchedPartition,
    turns: FetchTurns,
  ): Promise<unknown> {
    const code = protocolErrorName(fetched.errorCode);
    if (code === 'OFFSET_OUT_OF_RANGE')
      return moveToEarliest(broker, target, { ...options, signal: ended.signal });
    if (code !== 'NONE') {
      options.blocked(target, code);
      return new Error(`${target.topic}/${target.partition}: ${code}`);
    }
    const fault = fetched.fault === null ? null : fetched.fault.message;
    options.blocked(target, fault);
    turns.took(target, fetched);
    if (fetched.nextOffset > (target.position ?? 0)) {
      target.position = fetched.nextOffset;
      target.deliver(fetched);
    }
    return fault === null ? undefined : new Error(fault);
  }

  function stop(): void {
    ended.abort();
    wake();
  }

  return { reconcile, leads: (nodeId) => led.has(nodeId), wake, busyMs: times.busyMs, stop };
}
