import { setTimeout as pause } from 'node:timers/promises';
import { createCluster } from '@event-pipeline/runtime/kafkajs/cluster.ts';
import { createGroupConsumer } from '@event-pipeline/runtime/kafkajs/group-consumer.ts';
import type { LogOutput } from '@event-pipeline/runtime/log.ts';
import type { Accept } from '@event-pipeline/schemas/accept.ts';
import type { Logger } from 'pino';
import { createAssignment } from './assignment.ts';
import { createCommitter } from './commit.ts';
import type { Handlers } from './handlers.ts';
import { createLagMonitor } from './lag.ts';
import { createLanes } from './lanes.ts';
import { createLetterBox } from './letter-box.ts';
import { createPermits } from './letter-permit.ts';
import { createOwnTopics } from './own-topics.ts';
import { createProcessing } from './processing.ts';
import { rebalanceTimeoutMs } from './rebalance-timeout.ts';
import { emptyRoom } from './room.ts';
import type { ConsumerSettings } from './settings.ts';
import { createSlots } from './slots.ts';
import { createStats } from './stats.ts';
import { oncePerTurn } from './turns.ts';

export interface AssembleOptions {
  readonly settings: ConsumerSettings;
  readonly accept: Accept;
  readonly handlers: Handlers;
  readonly log: Logger;
  readonly output: LogOutput;
  /** A bug: what was thrown where nothing may throw. */
  readonly failed: (error: unknown) => void;
}

/** The consumer's parts, wired together; nothing runs yet. */
export type Parts = ReturnType<typeof assemble>;

/** At full speed a commit would follow the other, and cost both ends as much as hundreds of records. */
const COMMITS_APART_MS = 20;
/** Lines that a stalled reader has not taken: beyond them nothing is begun. */
const LOG_BACKLOG_MAX_BYTES = 1024 * 1024;

/** Puts the consumer together. Parts that need each other are handed as functions, called only once all are there. */
export function assemble(options: AssembleOptions) {
  const { settings, log, output } = options;
  const rebalanceMs = rebalanceTimeoutMs(settings.sessionTimeoutMs);
  const stats = createStats(settings.topics, Object.keys(options.handlers));
  const room = emptyRoom();

  const newCluster = (clientId: string) =>
    createCluster({
      bootstrap: settings.bootstrap,
      clientId,
      log,
      requestTimeoutMs: Math.min(15_000, Math.max(3_000, settings.sessionTimeoutMs / 2)),
    });
  const ownTopics = createOwnTopics({ settings, createCluster: () => newCluster('consumer-topics'), log });
  const letterBox = createLetterBox({
    topic: settings.dlqTopic,
    createCluster: () => newCluster('consumer-letters'),
    newPermit: createPermits({
      mayWriteLetters: () => mayWriteLetters(),
      generation: () => group.status().generation,
    }),
  });

  const mayWriteLetters = () => assignment.holds() && group.holdsLease();
  const mayBegin = () =>
    assignment.open() && group.holdsLease() && output.pendingBytes() < LOG_BACKLOG_MAX_BYTES;
  const slots = createSlots({ max: settings.maxConcurrency, mayBegin, onFree: () => lanes.slotFreed() });

  const assignment = createAssignment({
    receive: {
      room,
      arrived: (partition) => lanes.arrived(partition),
      gone: ({ topic, partition, name }, from, to) => {
        const gone = Math.max(0, to - from);
        stats.gone.set(name, (stats.gone.get(name) ?? 0) + gone);
        log.error({ topic, partition, from, to, gone }, 'records were deleted before they could be read');
      },
    },
    lanes: () => lanes,
    slots,
    lettersUnderWay: () => processing.deadLetters.underWay(),
    committer: () => committer,
    groupIsAway: () => group.status().away.has('group'),
    // Rebalances take as long as the slowest member's handlers, up to this.
    revokeTimeoutMs: rebalanceMs / 2,
    log,
  });
  const group = createGroupConsumer({
    groupId: settings.groupId,
    topics: settings.topics,
    sessionTimeoutMs: settings.sessionTimeoutMs,
    rebalanceTimeoutMs: rebalanceMs,
    heartbeatIntervalMs: settings.sessionTimeoutMs / 10,
    maxWaitMs: settings.pollTimeoutMs,
    maxRecordBytes: settings.maxRecordBytes,
    createCluster: () => newCluster('consumer'),
    work: assignment,
    log,
  });
  const processing = createProcessing({
    ...options,
    slots,
    stats,
    post: letterBox.post,
    recreateTopic: async () => {
      letterBox.forgetLayout();
      await ownTopics.recreateDeadLetterTopic();
    },
    holdsLease: (nowMs) => group.holdsLease(nowMs),
    mayWriteLetters,
    mayRetryLetters: () => assignment.open() && group.holdsLease(),
    owns: (source) => [...assignment.owned()].some((partition) => partition === source),
  });
  const lanes = createLanes({
    accept: options.accept,
    journey: processing.journey,
    slots,
    maxBatchSize: settings.maxBatchSize,
    mayBegin,
    settled: () => committer.settled(),
    blocked: letterBox.hurry,
    // Room is made with every record, and each time all partitions are asked.
    roomMade: oncePerTurn(() => group.wake()).ask,
    room,
    stats,
    log,
    failed: options.failed,
  });
  const committer = createCommitter({
    group,
    owned: assignment.owned,
    linesWritten: output.written,
    intervalMessages: settings.commitIntervalMessages,
    intervalMs: settings.commitIntervalMs,
    apart: async () => await pause(COMMITS_APART_MS),
    stats,
  });
  const lag = createLagMonitor({
    cluster: group.cluster,
    owned: assignment.owned,
    intervalMs: settings.lagIntervalMs,
    now: () => performance.now(),
  });
  output.onDrained(() => assignment.changed());
  return { stats, ownTopics, letterBox, slots, assignment, group, processing, lanes, committer, lag };
}
