import type { FetchTarget } from './group-types.ts';
import { READ_COMMITTED } from './isolation.ts';

/**
 * The most bytes of one answer; a single larger batch is sent all the same. What is worked off before the garbage
 * collector has come by twice goes at once; larger answers outlive it, and memory grows to several times their size.
 */
export const MAX_BYTES = 2 * 1024 * 1024;
/** Each partition's share of an answer is not below, nor above. */
const MIN_BYTES_PER_PARTITION = 128 * 1024;
export const MAX_BYTES_PER_PARTITION = 512 * 1024;

/** Asks one broker for the partitions that want more, in this order. `maxWaitMs` is its longest wait where it has nothing. */
export function fetchRequest(asked: readonly FetchTarget[], maxWaitMs: number) {
  const share = Math.max(Math.floor(MAX_BYTES / asked.length), MIN_BYTES_PER_PARTITION);
  return {
    isolationLevel: READ_COMMITTED,
    maxWaitTime: maxWaitMs,
    minBytes: 1,
    maxBytes: MAX_BYTES,
    topics: asked.map(({ topic, partition, position }) => ({
      topic,
      partitions: [
        { partition, fetchOffset: String(position), maxBytes: Math.min(share, MAX_BYTES_PER_PARTITION) },
      ],
    })),
  };
}

/** What a request asks of a partition. */
export interface Ask {
  readonly target: FetchTarget;
  readonly from: number;
  readonly topicId: string | null;
}

/** By partition name, `topic/partition`: what a request for these, which have a position, asks. */
export function asksOf(targets: readonly FetchTarget[]): Map<string, Ask> {
  return new Map(
    targets.map((target) => [
      `${target.topic}/${target.partition}`,
      { target, from: target.position ?? 0, topicId: target.topicId },
    ]),
  );
}

/**
 * Whether an answer is still one to this target: to where it is not any more, it is one about another log; and of a topic
 * that was made anew the log may be where the old one was.
 */
export function isOfNow({ target, from, topicId }: Ask): boolean {
  return target.position === from && target.topicId === topicId;
}
