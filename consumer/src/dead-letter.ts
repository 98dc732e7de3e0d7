import { sleep } from '@event-pipeline/runtime/sleep.ts';
import type { FaultLog } from '@event-pipeline/runtime/rate-limit.ts';
import { faultOf } from '@event-pipeline/runtime/kafkajs/errors.ts';
import { writeLetter, shrinkLetter, type LetterMessage } from '@event-pipeline/schemas/dead-letter.ts';
import { headerNames } from '@event-pipeline/schemas/header-names.ts';
import type { LetterFacts } from '@event-pipeline/schemas/letter.ts';
import { validTraceparent } from '@event-pipeline/schemas/traceparent.ts';
import type { Logger } from 'pino';
import { outageBackoffMs } from './backoff.ts';
import type { Delivery } from './delivery.ts';
import type { Failure } from './outcome.ts';
import { letterSending, letterWritten } from './points.ts';
import { Settled } from './settled.ts';
import type { Stats } from './stats.ts';

export interface DeadLettersOptions {
  /** Writes one letter; resolves when the broker has it on all replicas that it wants. */
  readonly post: (letter: LetterMessage, sourcePartition: number) => Promise<void>;
  /** Makes a dead letter topic that is missing, where that is allowed. Does not throw. */
  readonly recreateTopic: () => Promise<void>;
  /** Whether the partitions are surely this member's still: no letter is begun without. */
  readonly mayWriteLetters: () => boolean;
  readonly group: string;
  readonly backoffBaseMs: number;
  readonly backoffMaxMs: number;
  readonly random: () => number;
  readonly stats: Stats;
  readonly faults: FaultLog;
  readonly log: Logger;
}

export interface DeadLetters {
  /** Resolves once the letter is acknowledged; to null where the partition was let go before that. */
  readonly write: (delivery: Delivery, failure: Failure) => Promise<Settled | null>;
  /** How many letters are on their way to the broker at this moment; those that wait for another try are not. */
  readonly underWay: () => number;
}

/** A letter that takes longer holds its partition. */
const HELD_AFTER_MS = 5_000;
const OWNED_POLL_MS = 100;

/**
 * A failed delivery becomes a letter, and is settled only when the broker has acknowledged it. A letter that cannot be
 * written is tried again for as long as it takes, each time whole, and shrunk where the broker calls the whole one too
 * large; meanwhile its partition is held: nothing of it is begun, and nothing is ever skipped.
 */
export function createDeadLetters(options: DeadLettersOptions): DeadLetters {
  const { stats, faults, log } = options;
  let underWay = 0;

  return { write, underWay: () => underWay };

  async function write(delivery: Delivery, failure: Failure): Promise<Settled | null> {
    const { source } = delivery;
    delivery.firstFailedAtMs ??= Date.now();
    delivery.record.detach();
    const facts = factsOf(delivery, failure, options.group);
    const holding = setTimeout(() => source.hold(delivery, 'its letter is not acknowledged'), HELD_AFTER_MS);
    try {
      return (await writeUntilTaken(delivery, facts)) ? settle(delivery, failure) : null;
    } finally {
      clearTimeout(holding);
      source.unhold(delivery);
    }
  }

  async function post(letter: LetterMessage, sourcePartition: number): Promise<void> {
    underWay += 1;
    try {
      await options.post(letter, sourcePartition);
    } finally {
      underWay -= 1;
    }
  }

  async function writeUntilTaken(delivery: Delivery, facts: LetterFacts): Promise<boolean> {
    const { released } = delivery.source;
    let shrunk = false;
    for (let tries = 0; ;) {
      while (!options.mayWriteLetters()) if (!(await sleep(OWNED_POLL_MS, released))) return false;
      const now = { ...facts, nowMs: Date.now() };
      if (letterSending.hasSubscribers) letterSending.publish(delivery);
      try {
        await post(shrunk ? shrinkLetter(now) : writeLetter(now), delivery.partition);
        faults.recovered('letter', ({ lastedMs }) =>
          log.warn({ lastedMs }, 'dead letters are written again'),
        );
        return true;
      } catch (error) {
        const { type, message } = faultOf(error);
        if (isTooLarge(type) && !shrunk) {
          shrunk = true;
          reportSize(delivery);
          continue;
        }
        // The whole one again next time: the broker may have been given room for it.
        shrunk = false;
        reportFault(delivery, message);
        if (isTooLarge(type)) delivery.source.hold(delivery, message);
        if (type === 'UNKNOWN_TOPIC_OR_PARTITION' || type === 'BROKER_NOT_FOUND')
          await options.recreateTopic();
      }
      const wait = {
        baseMs: options.backoffBaseMs,
        maxMs: options.backoffMaxMs,
        n: tries++,
        random: options.random,
      };
      if (!(await sleep(outageBackoffMs(wait), released))) return false;
    }
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

  function settle(delivery: Delivery, failure: Failure): Settled {
    const topic = stats.topic(delivery.topic);
    const kind = `${failure.stage} ${failure.code}`;
    topic.letters.set(kind, (topic.letters.get(kind) ?? 0) + 1);
    const { stage, code, reason, pointer } = failure;
    log.warn(
      { ...delivery.logFields, stage, code, reason, pointer, attempts: delivery.attempts },
      'dead letter written',
    );
    if (letterWritten.hasSubscribers) letterWritten.publish(delivery);
    return Settled.byDeadLetter;
  }
}

function factsOf(delivery: Delivery, failure: Failure, group: string): LetterFacts {
  const { record, facts } = delivery;
  const { headers } = record;
  return {
    topic: delivery.topic,
    partition: delivery.partition,
    offset: delivery.offset,
    key: record.key,
    value: record.tooLarge ?? record.value,
    headers,
    timestampMs: record.timestamp,
    failure,
    attempts: delivery.attempts,
    firstFailedAtMs: delivery.firstFailedAtMs ?? Date.now(),
    eventId: facts?.eventId ?? null,
    eventType: facts?.eventType ?? null,
    correlationId: delivery.knownCorrelationId,
    traceparent: validTraceparent(headers),
    group,
    redriveCount:
      headers.findLast(({ name }) => name === headerNames.redriveCount)?.value?.toString() ?? null,
    nowMs: 0,
  };
}

function isTooLarge(type: string): boolean {
  return type === 'MESSAGE_TOO_LARGE' || type === 'RECORD_LIST_TOO_LARGE';
}
