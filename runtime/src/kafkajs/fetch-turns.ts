import type { FetchedPartition } from './decode-fetch.ts';
import { MAX_BYTES_PER_PARTITION } from './fetch-request.ts';
import type { FetchTarget } from './group-types.ts';

/** An answer of this size, which one partition can fill, says that the broker has more than it could send. */
const FULL_BYTES = MAX_BYTES_PER_PARTITION;
/** So many partitions are asked for at the least, where there are as many. */
const FEWEST = 16;
/** So many requests in a row leave out those that had nothing. */
const WITHOUT_CAUGHT_UP = 8;

/** What the next request is about. */
export interface FetchTurn {
  /** In the order of the request. */
  readonly asked: readonly FetchTarget[];
  /** Others would have room as well. Nothing is to be waited for then: their turn comes next. */
  readonly isForFew: boolean;
}

export interface FetchTurns {
  /** Whom to ask, of the partitions that the broker leads. */
  next(led: readonly FetchTarget[]): FetchTurn;
  /** Whether the partition had nothing when it was asked for last. */
  isCaughtUp(target: FetchTarget): boolean;
  /** What came of one partition, in the order of the answer, while its position is still the one that was asked for. */
  took(target: FetchTarget, fetched: FetchedPartition): void;
  /** The whole answer has been taken. */
  answered(turn: FetchTurn, led: readonly FetchTarget[], sizeBytes: number): void;
}

/**
 * Whom to ask one broker for. It fills an answer in the order of the request, and each partition comes first in its turn.
 *
 * A partition costs both ends the same whether the answer has room for its records or not. So while answers are full, the
 * next request is for twice as many partitions as fill one, from the first on that found no room; those without anything
 * are asked for now and then. As soon as an answer is not full, all are asked for.
 */
export function createFetchTurns(): FetchTurns {
  const caughtUp = new Set<FetchTarget>();
  /** The place, among those that the broker leads, of the one that comes first. */
  let first = 0;
  /** How many fill an answer, and as many again; null while answers are not full. */
  let enough: number | null = null;
  let withoutCaughtUp = 0;
  let given = 0;
  let lastGiven: FetchTarget | null = null;
  let firstWithoutRoom: FetchTarget | null = null;

  function next(led: readonly FetchTarget[]): FetchTurn {
    const wanting = [...led.slice(first), ...led.slice(0, first)].filter((target) => target.wants());
    if (enough === null || wanting.length <= enough) return { asked: wanting, isForFew: false };
    const behind = wanting.filter((target) => !caughtUp.has(target));
    if (behind.length === 0 || withoutCaughtUp === WITHOUT_CAUGHT_UP)
      return { asked: wanting, isForFew: false };
    return { asked: behind.slice(0, enough), isForFew: true };
  }

  function took(target: FetchTarget, fetched: FetchedPartition): void {
    const { records, nextOffset, lastStableOffset, fault } = fetched;
    // Of one that found no room nothing came either.
    const isBehind = nextOffset < lastStableOffset;
    if (records.length === 0 && !isBehind) caughtUp.add(target);
    else caughtUp.delete(target);
    // Bytes came, be they of an aborted transaction, or garbled.
    if (nextOffset > (target.position ?? 0) || fault !== null) {
      given += 1;
      lastGiven = target;
      return;
    }
    // One that had all the room and gave nothing gains nothing by coming first again.
    if (isBehind && given > 0) firstWithoutRoom ??= target;
  }

  function answered({ isForFew }: FetchTurn, led: readonly FetchTarget[], sizeBytes: number): void {
    first = firstOfNext(led);
    enough = sizeBytes >= FULL_BYTES ? Math.max(FEWEST, 2 * given) : null;
    withoutCaughtUp = isForFew && caughtUp.size > 0 ? withoutCaughtUp + 1 : 0;
    given = 0;
    lastGiven = null;
    firstWithoutRoom = null;
  }

  /**
   * A batch larger than its partition's share is sent only where nothing came before it. So no one that found no room
   * may be passed over, though others behind it did: it might never come first.
   */
  function firstOfNext(led: readonly FetchTarget[]): number {
    if (firstWithoutRoom !== null) return led.indexOf(firstWithoutRoom);
    const behindLast = lastGiven === null ? first : (led.indexOf(lastGiven) + 1) % led.length;
    return behindLast === first ? (first + 1) % Math.max(led.length, 1) : behindLast;
  }

  return { next, isCaughtUp: (target) => caughtUp.has(target), took, answered };
}
