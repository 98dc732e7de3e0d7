import { sleep } from '../sleep.ts';
import type { Contact } from './contact.ts';
import { endOf, type End } from './group-answers.ts';
import type { Generation, Membership } from './membership.ts';
import { RETRY_MS } from './retry.ts';

export interface HeartbeatsOptions {
  readonly membership: Pick<Membership, 'beat' | 'dropped'>;
  readonly contact: Contact;
  /** Learns the cluster anew: until it answers, or the stop. Does not throw. */
  readonly relearn: () => Promise<void>;
  /** The lease is longer: what waited for it may go on. */
  readonly renewed: () => void;
  readonly intervalMs: number;
  readonly sessionTimeoutMs: number;
}

export interface Heartbeats {
  /**
   * Beats until `over` aborts or the group has dropped the member, for the first time after `firstWaitMs` (an interval unless
   * given; 0: surely). `ended` hears what the group wants, maybe often.
   */
  beatUntil(
    generation: Generation,
    over: AbortSignal,
    ended: (reason: End) => void,
    firstWaitMs?: number,
  ): Promise<void>;
  /**
   * Beats at once, and while an answer is awaited: a slow one must not cost the membership that was just won, whose lease may
   * be over when the group takes long to come together.
   */
  beatWhile<T>(generation: Generation, answer: Promise<T>): Promise<T>;
  /** The coordinator has counted this member at a request that was sent at `sentAt`, by `performance.now()`. */
  renew(sentAt: number): void;
  /** The group has dropped the member of this generation, `error` says: the lease is over, and no beat brings it back. */
  cut(generation: Generation, error: unknown): void;
  /** Whether the group surely still counts this member at `nowMs`, by `performance.now()`. */
  holdsLease(nowMs?: number): boolean;
}

/** The loop that keeps a member in its group, in a revocation and in any outage, and the lease that it gives. */
export function createHeartbeats(options: HeartbeatsOptions): Heartbeats {
  const { membership, contact } = options;
  let leaseUntil = 0;
  let dropped: { readonly generation: Generation; readonly error: unknown } | null = null;
  const isDropped = (generation: Generation) => dropped?.generation === generation;

  function renew(sentAt: number): void {
    leaseUntil = sentAt + options.sessionTimeoutMs;
    contact.heard('group');
  }

  function cut(generation: Generation, error: unknown): void {
    dropped = { generation, error };
    leaseUntil = 0;
    membership.dropped(error);
  }

  async function beatUntil(
    generation: Generation,
    over: AbortSignal,
    ended: (reason: End) => void,
    firstWaitMs = options.intervalMs,
  ): Promise<void> {
    let waitMs = firstWaitMs;
    while ((waitMs === 0 || (await sleep(waitMs, over))) && !isDropped(generation)) {
      const sentAt = performance.now();
      waitMs = options.intervalMs;
      try {
        await membership.beat(generation);
        // Another answer has said meanwhile what this one did not know yet.
        if (isDropped(generation)) return;
        renew(sentAt);
        options.renewed();
      } catch (error) {
        if (isDropped(generation)) return;
        const end = endOf(error);
        if (end === 'rebalance') {
          renew(sentAt);
          ended('rebalance');
        } else if (end === 'cut') {
          cut(generation, error);
          ended('cut');
          return;
        } else if (!over.aborted) {
          contact.failed('group', error);
          await options.relearn();
          // A good part of the session went by with waiting for this one.
          waitMs = Math.min(options.intervalMs, RETRY_MS);
        }
      }
    }
  }

  async function beatWhile<T>(generation: Generation, answer: Promise<T>): Promise<T> {
    const done = new AbortController();
    const beats = beatUntil(generation, done.signal, () => undefined, 0);
    let answered: T;
    try {
      answered = await answer;
    } finally {
      done.abort();
      await beats;
    }
    // No later beat would say it again.
    if (dropped?.generation === generation) throw dropped.error;
    return answered;
  }

  return {
    beatUntil,
    beatWhile,
    renew,
    cut,
    holdsLease: (nowMs = performance.now()) => nowMs < leaseUntil,
  };
}
