import { faultOf, isTooLarge } from '@event-pipeline/runtime/kafkajs/errors.ts';
import { createRecordSlab } from '@event-pipeline/runtime/kafkajs/record-slab.ts';
import { WITHDRAWN } from '@event-pipeline/runtime/kafkajs/send.ts';
import type { FaultLog } from '@event-pipeline/runtime/rate-limit.ts';
import { sleep } from '@event-pipeline/runtime/sleep.ts';
import { shrinkLetter, writeLetter, type LetterMessage } from '@event-pipeline/schemas/dead-letter.ts';
import type { Logger } from 'pino';
import { outageBackoffMs } from './backoff.ts';
import type { Delivery, Source } from './delivery.ts';
import { LetterUnderWay, type Desk } from './letter-under-way.ts';
import type { Posting } from './letter-batch.ts';
import { createLetterWaits } from './letter-waits.ts';
import type { Failure } from './outcome.ts';
import type { Pending } from './pending.ts';
import { leaseMissing, letterDue, letterSending, letterWritten } from './points.ts';
import { Settled } from './settled.ts';
import type { Stats } from './stats.ts';
import { createTimeLimits } from './time-limits.ts';

export interface DeadLettersOptions {
  /** Has the letter made and written; it is taken when the broker has it on all replicas that it wants. */
  readonly post: (posting: Posting) => void;
  /** Makes a dead letter topic that is missing, where that is allowed. Does not throw. */
  readonly recreateTopic: () => Promise<void>;
  /** Whether the partitions are surely this member's still: no letter is begun without. */
  readonly mayWriteLetters: () => boolean;
  /** The same for one that failed before: not while partitions are given back, which would wait for it, nor amid a stop. */
  readonly mayRetryLetters: () => boolean;
  /** Whether this very partition is still this member's: its letters may have waited beyond a cut. */
  readonly owns: (source: Source) => boolean;
  readonly group: string;
  readonly backoffBaseMs: number;
  readonly backoffMaxMs: number;
  readonly random: () => number;
  readonly stats: Stats;
  readonly faults: FaultLog;
  /** Says that a letter is written, before its offset can be committed. */
  readonly announce: (delivery: Delivery, failure: Failure) => void;
  readonly log: Logger;
}

export interface DeadLetters {
  /** Ends once the letter is acknowledged; with null where the partition was let go before that. */
  readonly write: (delivery: Delivery, failure: Failure) => Pending;
  /** How many letters are on their way to the broker at this moment; those that wait for another try are not. */
  readonly underWay: () => number;
}

/** A letter that takes longer holds its partition. */
const HELD_AFTER_MS = 5_000;

/**
 * A failed delivery becomes a letter, and is settled only when the broker has acknowledged it. A letter that cannot be
 * written is tried again for as long as it takes, each time whole, and shrunk where the broker calls the whole one too
 * large; meanwhile its partition is held: nothing of it is begun, and nothing is ever skipped.
 */
export function createDeadLetters(options: DeadLettersOptions): DeadLetters {
  const { stats, faults, log } = options;
  const unheld = createTimeLimits<LetterUnderWay>(HELD_AFTER_MS, (letter) =>
    letter.hold(notAcknowledged(letter.lastRefusal)),
  );
  const slab = createRecordSlab();
  let underWay = 0;
  const waits = createLetterWaits({ post, letGo: (letter) => end(letter, null) });
  /** Letters that were refused, and have not ended since. */
  let refusedNow = 0;
  /** Whether one of those that were refused is written by now. */
  let oneIsWritten = false;
  const desk: Desk = { group: options.group, make, taken, refused };

  return { write, underWay: () => underWay };

  function write(delivery: Delivery, failure: Failure): Pending {
    if (letterDue.hasSubscribers) letterDue.publish(delivery);
    delivery.firstFailedAtMs ??= Date.now();
    // It waits: it must not keep a whole answer of the broker with it.
    slab.take(delivery.record);
    const letter = new LetterUnderWay(delivery, failure, desk);
    unheld.add(letter, performance.now());
    post(letter);
    return letter;
  }

  function post(letter: LetterUnderWay): void {
    underWay += 1;
    options.post(letter);
  }

  function make(letter: LetterUnderWay): LetterMessage | null {
    if (letter.isOfOldLog || (letter.released.aborted && !options.owns(letter.delivery.source))) {
      underWay -= 1;
      end(letter, null);
      return null;
    }
    if (!options.mayWriteLetters()) {
      putOff(letter);
      return null;
    }
    if (letterSending.hasSubscribers) letterSending.publish(letter.delivery);
    try {
      letter.nowMs = Date.now();
      return letter.shrunk ? shrinkLetter(letter) : writeLetter(letter);
    } catch (error) {
      refused(letter, error);
      return null;
    }
  }

  /** It is not written: the lease is not held, or was not when its bytes should have gone out. */
  function putOff(letter: LetterUnderWay): void {
    if (leaseMissing.hasSubscribers) leaseMissing.publish(letter.delivery);
    underWay -= 1;
    waits.add(letter, options.mayRetryLetters);
  }

  function taken(letter: LetterUnderWay): void {
    underWay -= 1;
    end(letter, settle(letter));
  }

  function refused(letter: LetterUnderWay, error: unknown): void {
    if (faultOf(error).type === WITHDRAWN) return putOff(letter);
    underWay -= 1;
    if (letter.isOfOldLog) return end(letter, null);
    const { type, message } = faultOf(error);
    if (isTooLarge(type) && !letter.shrunk) {
      letter.shrunk = true;
      reportSize(letter.delivery);
      waits.add(letter, options.mayWriteLetters);
      return;
    }
    // The whole one again next time: the broker may have been given room for it.
    letter.shrunk = false;
    if (letter.lastRefusal === null) refusedNow += 1;
    letter.lastRefusal = message;
    reportFault(letter.delivery, message);
    if (isTooLarge(type) || letter.isHeld) letter.hold(notAcknowledged(message));
    void postAgain(letter, type);
  }

  async function postAgain(letter: LetterUnderWay, type: string): Promise<void> {
    letter.delivery.record.detach();
    if (type === 'UNKNOWN_TOPIC_OR_PARTITION' || type === 'BROKER_NOT_FOUND') await options.recreateTopic();
    const waitMs = outageBackoffMs({
      baseMs: options.backoffBaseMs,
      maxMs: options.backoffMaxMs,
      n: letter.failedTries++,
      random: options.random,
    });
    if (await sleep(waitMs, letter.released)) waits.add(letter, options.mayRetryLetters);
    else end(letter, null);
  }

  function end(letter: LetterUnderWay, settled: Settled | null): void {
    unheld.delete(letter);
    if (letter.lastRefusal !== null) recovered(settled !== null);
    letter.end(settled);
  }

  /** Said once no letter is left that was refused, and not where all of them went with their partitions. */
  function recovered(isWritten: boolean): void {
    refusedNow -= 1;
    oneIsWritten ||= isWritten;
    if (refusedNow > 0) return;
    const isSaid = oneIsWritten;
    oneIsWritten = false;
    faults.recovered('letter', ({ lastedMs }) => {
      if (isSaid) log.warn({ lastedMs }, 'dead letters are written again');
    });
  }

  function reportSize(delivery: Delivery): void {
    faults.fault('letter size', (suppressed) =>
      log.warn(
        { ...delivery.logFields, suppressed },
        'the letter is too large for the broker, it will be shrunk',
      ),
    );
  }

  function reportFault(delivery: Delivery, reason: string): void {
    faults.fault('letter', (suppressed) =>
      log.error(
        { ...delivery.logFields, reason, suppressed },
        'a dead letter cannot be written, its record waits',
      ),
    );
  }

  function settle({ delivery, failure }: LetterUnderWay): Settled {
    stats.letter(delivery.topic, failure);
    options.announce(delivery, failure);
    if (letterWritten.hasSubscribers) letterWritten.publish(delivery);
    return Settled.byDeadLetter;
  }
}

const notAcknowledged = (reason: string | null): string =>
  `its letter is not acknowledged${reason === null ? '' : `: ${reason}`}`;
