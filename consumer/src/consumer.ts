import { serveHttp } from '@event-pipeline/runtime/http.ts';
import { createCluster } from '@event-pipeline/runtime/kafkajs/cluster.ts';
import { createGroupConsumer } from '@event-pipeline/runtime/kafkajs/group-consumer.ts';
import type { LogOutput } from '@event-pipeline/runtime/log.ts';
import { createRegistry } from '@event-pipeline/runtime/metrics.ts';
import { createFaultLog } from '@event-pipeline/runtime/rate-limit.ts';
import { sleep } from '@event-pipeline/runtime/sleep.ts';
import { ensureTopics, type TopicsState } from '@event-pipeline/runtime/topics.ts';
import type { Accept } from '@event-pipeline/schemas/accept.ts';
import { deadLetterTopicPlan, inputTopicPlan, type TopicPlan } from '@event-pipeline/schemas/topics.ts';
import type { Logger } from 'pino';
import { createAssignment } from './assignment.ts';
import { createAttempt } from './attempt.ts';
import { createCommitter } from './commit.ts';
import { warnOfRetention } from './dead-letter-retention.ts';
import { createDeadLetters } from './dead-letter.ts';
import type { Delivery } from './delivery.ts';
import { createDoorways } from './doorways.ts';
import { createEventLines } from './event-line.ts';
import { createForward } from './forward.ts';
import { createHandle } from './handle.ts';
import type { Handlers } from './handlers.ts';
import { liveness, readiness, type Vitals } from './health.ts';
import { createJourney } from './journey.ts';
import { createLagMonitor } from './lag.ts';
import { createLanes } from './lanes.ts';
import { createLetterBox } from './letter-box.ts';
import { registerMetrics } from './metrics.ts';
import type { Room } from './receive.ts';
import type { ConsumerSettings } from './settings.ts';
import { createSlots } from './slots.ts';
import { createStats } from './stats.ts';

export interface ConsumerOptions {
  readonly settings: ConsumerSettings;
  readonly accept: Accept;
  readonly handlers: Handlers;
  readonly version: string;
  readonly log: Logger;
  readonly output: LogOutput;
  /** Aborts when the consumer is asked to stop. */
  readonly stop: AbortSignal;
}

/** Rebalances take as long as the slowest member's handlers, up to half of this. */
const REBALANCE_TIMEOUT_MS = 60_000;
/** Lines that a stalled reader has not taken: beyond them nothing is begun. */
const LOG_BACKLOG_MAX_BYTES = 1024 * 1024;
const FAULT_INTERVAL_MS = 10_000;

/**
 * The consumer's life: starting → running → draining → stopped. Resolves to whether it stopped with nothing left to do;
 * throws on what no waiting can mend (a taken port, refused credentials, a bug).
 */
export async function runConsumer(options: ConsumerOptions): Promise<boolean> {
  const { settings, log, output, stop, accept } = options;
  const stats = createStats(settings.topics, Object.keys(options.handlers));
  const room: Room = { bytes: 0 };
  const ended = new AbortController();
  const stuck = new Set<Delivery>();
  const bug = Promise.withResolvers<never>();
  let topics: TopicsState = { missing: settings.topics, reason: 'not asked yet' };

  const newCluster = (clientId: string) =>
    createCluster({
      bootstrap: settings.bootstrap,
      clientId,
      log,
      requestTimeoutMs: Math.min(15_000, Math.max(3_000, settings.sessionTimeoutMs / 2)),
    });
  const faults = createFaultLog({ intervalMs: FAULT_INTERVAL_MS, nowMs: () => performance.now() });
  const letterBox = createLetterBox({
    topic: settings.dlqTopic,
    createCluster: () => newCluster('consumer-letters'),
  });
  const forward =
    settings.forwardUrl === null
      ? null
      : createForward({
          url: settings.forwardUrl.href,
          // Within the attempt's own time: a target that hangs is an outage, not a failed attempt.
          timeoutMs: Math.min(settings.forwardTimeoutMs, settings.handlerTimeoutMs * 0.9),
          maxConnections: settings.maxConcurrency,
        });
  const doorways = createDoorways({ settings, shared: forward === null ? null : 'FORWARD_URL', log });

  const mayBegin = () =>
    assignment.open() && group.holdsLease() && output.pendingBytes() < LOG_BACKLOG_MAX_BYTES;
  const slots = createSlots({ max: settings.maxConcurrency, mayBegin, onFree: () => lanes.stir() });

  const assignment = createAssignment({
    receive: {
      room,
      arrived: () => lanes.stir(),
      gone: ({ topic, partition, name }, from, to) => {
        const gone = Math.max(0, to - from);
        stats.gone.set(name, (stats.gone.get(name) ?? 0) + gone);
        log.error({ topic, partition, from, to, gone }, 'records were deleted before they could be read');
      },
    },
    lanes: () => lanes,
    slots,
    lettersUnderWay: () => deadLetters.underWay(),
    committer: () => committer,
    revokeTimeoutMs: REBALANCE_TIMEOUT_MS / 2,
    log,
  });
  const group = createGroupConsumer({
    groupId: settings.groupId,
    topics: settings.topics,
    sessionTimeoutMs: settings.sessionTimeoutMs,
    rebalanceTimeoutMs: REBALANCE_TIMEOUT_MS,
    heartbeatIntervalMs: settings.sessionTimeoutMs / 10,
    maxWaitMs: settings.pollTimeoutMs,
    maxRecordBytes: settings.maxRecordBytes,
    createCluster: () => newCluster('consumer'),
    work: assignment,
    log,
  });
  const retry = {
    backoffBaseMs: settings.retryBackoffMs,
    backoffMaxMs: settings.retryBackoffMaxMs,
    random: Math.random,
    stats,
    log,
  };
  const deadLetters = createDeadLetters({
    ...retry,
    post: letterBox.post,
    recreateTopic: async () => {
      letterBox.forgetLayout();
      await createMissing([deadLetterTopicPlan(settings.dlqTopic)], AbortSignal.timeout(5_000));
    },
    holdsLease: () => group.holdsLease(),
    group: settings.groupId,
    faults,
  });
  const eventLine = createEventLines(output, log);
  const attempt = createAttempt({
    ...retry,
    handle: createHandle(options.handlers, forward === null ? null : forward.forward),
    readAgain: (delivery) => {
      const verdict = accept(delivery.record.value, delivery.eventTimestampMs);
      if (verdict.kind === 'refusal')
        throw new Error('an accepted record was refused when it was read again');
      return verdict.event;
    },
    doorwayOf: doorways.of,
    slots,
    maxRetries: settings.maxRetries,
    handlerTimeoutMs: settings.handlerTimeoutMs,
    stuck: (delivery, isStuck) => void (isStuck ? stuck.add(delivery) : stuck.delete(delivery)),
  });
  const journey = createJourney({
    accept,
    attempt,
    deadLetter: deadLetters.write,
    announce: log.isLevelEnabled('info') ? eventLine : () => undefined,
    giveSlot: slots.give,
  });
  const lanes = createLanes({
    journey,
    slots,
    maxBatchSize: settings.maxBatchSize,
    mayBegin,
    settled: () => committer.settled(),
    roomMade: () => group.wake(),
    room,
    stats,
    log,
    failed: bug.reject,
  });
  const committer = createCommitter({
    group,
    owned: assignment.owned,
    linesWritten: output.written,
    intervalMessages: settings.commitIntervalMessages,
    intervalMs: settings.commitIntervalMs,
    stats,
  });
  const lag = createLagMonitor({
    cluster: group.cluster,
    owned: assignment.owned,
    intervalMs: settings.lagIntervalMs,
    now: () => performance.now(),
  });
  output.onDrained(() => assignment.changed());

  const vitals: Vitals = {
    status: group.status,
    blocked: group.blocked,
    owned: assignment.owned,
    gates: doorways.states,
    topicsMissing: () => topics,
    lagKnown: lag.known,
    stopping: () => stop.aborted,
    stuckHandlers: () => stuck.size,
    silentMaxMs: 60_000 + settings.pollTimeoutMs + settings.sessionTimeoutMs,
  };
  const registry = createRegistry();
  registerMetrics(registry, {
    stats,
    lag,
    owned: assignment.owned,
    rebalances: () => group.status().rebalances,
    targetUp: doorways.allUp,
    version: options.version,
  });
  const http = await serveHttp({
    port: settings.metricsPort,
    routes: {
      metrics: () => registry.metrics(),
      healthz: () => liveness(vitals),
      readyz: () => readiness(vitals),
    },
    log,
  });
  log.info(
    { port: http.port, topics: settings.topics, group: settings.groupId },
    'consumer is up, joining the group',
  );

  async function createMissing(plans: readonly TopicPlan[], signal: AbortSignal): Promise<boolean> {
    const cluster = newCluster('consumer-topics');
    try {
      const all = await ensureTopics({
        cluster,
        topics: plans,
        log,
        signal,
        onState: (state) => {
          topics = state;
        },
      });
      if (all) await warnOfRetention(cluster, settings.dlqTopic, log);
      return all;
    } finally {
      void cluster.disconnect().catch(() => undefined);
    }
  }

  async function healthLines(): Promise<void> {
    while (await sleep(settings.lagIntervalMs, ended.signal)) {
      const { phase, outage } = group.status();
      const owned = [...assignment.owned()];
      log.info(
        {
          connected: outage === null && phase === 'member',
          topics: settings.topics,
          partitions: owned.map(({ name }) => name),
          lag: owned.reduce((total, partition) => total + (lag.lagOf(partition) ?? 0), 0),
          inFlight: slots.running,
          retrying: lanes.underWay() - slots.running - deadLetters.underWay(),
          held: owned.filter(({ held }) => held !== null).length,
        },
        'health',
      );
    }
  }

  try {
    if (
      !(await createMissing(
        [...settings.topics.map(inputTopicPlan), deadLetterTopicPlan(settings.dlqTopic)],
        stop,
      ))
    )
      return true;
    const background = [lag.run(ended.signal), committer.keepTime(ended.signal), healthLines()];
    const stopped = new Promise<void>((resolve) => {
      if (stop.aborted) resolve();
      stop.addEventListener('abort', () => resolve(), { once: true });
    });
    const running = group.run();
    await Promise.race([running, stopped, bug.promise]);
    return await drain(background);
  } finally {
    ended.abort();
    letterBox.close();
    await forward?.close();
    await http.close();
  }

  /** Nothing new begins, what runs may end, what is settled is committed; then the group is left. */
  async function drain(background: readonly Promise<void>[]): Promise<boolean> {
    const deadline = performance.now() + settings.shutdownTimeoutMs;
    const left = () => Math.max(deadline - performance.now(), 0);
    assignment.close();
    const idle = await assignment.idle(left());
    const committed = await committer.flush(left());
    ended.abort();
    await group.stop(Math.max(left(), 1_000));
    await Promise.all(background);
    const nothingSettled = [...assignment.owned()].every((partition) => partition.committable() === null);
    if (!idle) log.error({ running: slots.running }, 'handlers still ran when the time to stop was up');
    return idle && (committed || nothingSettled);
  }
}
