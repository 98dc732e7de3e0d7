import { performance } from 'node:perf_hooks';
import type { LogOutput } from '@event-pipeline/runtime/log.ts';
import { createFaultLog } from '@event-pipeline/runtime/rate-limit.ts';
import type { Accept } from '@event-pipeline/schemas/accept.ts';
import type { Logger } from 'pino';
import { createAttempt } from './attempt.ts';
import { createLetterLines } from './dead-letter-line.ts';
import { createDeadLetters, type DeadLetters, type DeadLettersOptions } from './dead-letter.ts';
import type { Delivery } from './delivery.ts';
import { createDoorways, type Doorways } from './doorways.ts';
import { createEventLines } from './event-line.ts';
import { createForward } from './forward.ts';
import { createHandle } from './handle.ts';
import type { Handlers } from './handlers.ts';
import { createJourney, type Journey } from './journey.ts';
import type { ConsumerSettings } from './settings.ts';
import type { OneTryOptions } from './one-try.ts';
import type { Slots } from './slots.ts';
import type { Stats } from './stats.ts';

export interface ProcessingOptions extends Pick<
  DeadLettersOptions,
  'post' | 'recreateTopic' | 'mayWriteLetters' | 'mayRetryLetters' | 'owns'
> {
  readonly holdsLease: OneTryOptions['holdsLease'];
  readonly settings: ConsumerSettings;
  readonly accept: Accept;
  readonly handlers: Handlers;
  readonly slots: Slots;
  readonly stats: Stats;
  readonly output: LogOutput;
  readonly log: Logger;
}

export interface Processing {
  readonly journey: Journey;
  readonly doorways: Doorways;
  readonly deadLetters: DeadLetters;
  /** Handlers that run on although their time has been up for as long again. */
  stuckHandlers(): number;
  /** Says what is not said yet of what was handled, and ends the connections to the target. */
  close(): Promise<void>;
}

const FAULT_INTERVAL_MS = 10_000;

/** Puts the steps of a record's journey together. */
export function createProcessing(options: ProcessingOptions): Processing {
  const { settings, accept, slots, stats, log } = options;
  const stuck = new Set<Delivery>();
  const forward = createForwarding(settings);
  const doorways = createDoorways({ settings, target: forward === null ? null : 'FORWARD_URL', log });
  const retry = {
    backoffBaseMs: settings.retryBackoffMs,
    backoffMaxMs: settings.retryBackoffMaxMs,
    random: Math.random,
    stats,
    log,
  };
  const deadLetters = createDeadLetters({
    ...retry,
    post: options.post,
    recreateTopic: options.recreateTopic,
    mayWriteLetters: options.mayWriteLetters,
    mayRetryLetters: options.mayRetryLetters,
    owns: options.owns,
    group: settings.groupId,
    announce: log.isLevelEnabled('warn') ? createLetterLines(options.output) : () => undefined,
    faults: createFaultLog({ intervalMs: FAULT_INTERVAL_MS, nowMs: () => performance.now() }),
  });
  const attempt = createAttempt({
    ...retry,
    handle: createHandle(options.handlers, forward === null ? null : forward.forward),
    readAgain: (delivery) => {
      const verdict = delivery.judge(accept);
      if (verdict.kind === 'refusal')
        throw new Error('an accepted record was refused when it was read again');
      return verdict.event;
    },
    doorwayOf: doorways.of,
    slots,
    // Each record asks twice. The global of this name is a getter of Node's, which costs as much as the clock.
    nowMs: () => performance.now(),
    holdsLease: options.holdsLease,
    maxRetries: settings.maxRetries,
    handlerTimeoutMs: settings.handlerTimeoutMs,
    stuck: (delivery, isStuck) => void (isStuck ? stuck.add(delivery) : stuck.delete(delivery)),
  });
  const eventLines = log.isLevelEnabled('info') ? createEventLines(options.output, log) : null;
  const journey = createJourney({
    accept,
    attempt,
    deadLetter: deadLetters.write,
    announce: eventLines?.write ?? (() => undefined),
    giveSlot: () => slots.give(),
  });
  return {
    journey,
    doorways,
    deadLetters,
    stuckHandlers: () => stuck.size,
    close: async () => {
      eventLines?.close();
      await forward?.close();
    },
  };
}

function createForwarding(settings: ConsumerSettings) {
  if (settings.forwardUrl === null) return null;
  return createForward({
    url: settings.forwardUrl.href,
    // Within the attempt's own time: a target that hangs is an outage, not a failed attempt.
    timeoutMs: Math.min(settings.forwardTimeoutMs, settings.handlerTimeoutMs * 0.9),
    maxConnections: settings.maxConcurrency,
  });
}
