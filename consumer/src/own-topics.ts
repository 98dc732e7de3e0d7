import type { KafkaCluster } from '@event-pipeline/runtime/kafkajs/cluster.ts';
import { faultOf } from '@event-pipeline/runtime/kafkajs/errors.ts';
import { createTopicsReport, ensureTopics, type TopicsState } from '@event-pipeline/runtime/topics.ts';
import { deadLetterTopicPlan, inputTopicPlan } from '@event-pipeline/schemas/topics.ts';
import type { Outage } from '@event-pipeline/runtime/kafkajs/group-types.ts';
import type { Logger } from 'pino';
import { warnOfRetention } from './dead-letter-retention.ts';
import type { ConsumerSettings } from './settings.ts';
import { steadyEpochMs } from './steady-epoch.ts';

export interface OwnTopics {
  /** Makes what is missing, and waits where that is not allowed. @returns false where `signal` aborted before that. */
  ensureAll(signal: AbortSignal): Promise<boolean>;
  /** The dead letter topic went missing: makes it again, where that is allowed, once for all who ask. Bounded, never rejects. */
  recreateDeadLetterTopic(): Promise<void>;
  state(): OwnTopicsState;
}

export interface OwnTopicsState extends Omit<TopicsState, 'isKafkaAway'> {
  /** Kafka could not even be asked for them, since when and why; null where it could. */
  readonly outage: Outage | null;
}

const RECREATE_TIMEOUT_MS = 5_000;

/** The topics that the consumer needs: those that it reads, and the one of its dead letters. */
export function createOwnTopics(options: {
  readonly settings: ConsumerSettings;
  readonly createCluster: () => KafkaCluster;
  readonly log: Logger;
}): OwnTopics {
  const { settings, log } = options;
  const letters = deadLetterTopicPlan(settings.dlqTopic);
  // The dead letter topic may be asked for again and again, for as long as an outage lasts.
  const report = createTopicsReport(log);
  let current: OwnTopicsState = { missing: settings.topics, reason: 'not asked yet', outage: null };

  async function withCluster<T>(use: (cluster: KafkaCluster) => Promise<T>): Promise<T> {
    const cluster = options.createCluster();
    try {
      return await use(cluster);
    } finally {
      void cluster.disconnect().catch(() => undefined);
    }
  }

  async function ensureAll(signal: AbortSignal): Promise<boolean> {
    const topics = [...settings.topics.map(inputTopicPlan), letters];
    const onState = (state: TopicsState) => {
      current = learnt(state, current);
    };
    return await withCluster(async (cluster) => {
      const all = await ensureTopics({ cluster, topics, log, signal, onState, report });
      if (all) await warnOfRetention(cluster, letters.name, log);
      return all;
    });
  }

  let recreating: Promise<void> | null = null;

  async function recreate(): Promise<void> {
    try {
      // What it is told stays true only for as long as someone asks: the partitions that wait for it say so themselves.
      const signal = AbortSignal.timeout(RECREATE_TIMEOUT_MS);
      await withCluster(
        async (cluster) => await ensureTopics({ cluster, topics: [letters], log, signal, report }),
      );
    } catch (error) {
      report.waiting(faultOf(error).message, [letters.name]);
    } finally {
      recreating = null;
    }
  }

  return {
    ensureAll,
    recreateDeadLetterTopic: () => (recreating ??= recreate()),
    state: () => current,
  };
}

/** What was found now, behind what was known: an outage that goes on began where it did. */
function learnt({ missing, reason, isKafkaAway }: TopicsState, before: OwnTopicsState): OwnTopicsState {
  if (!isKafkaAway) return { missing, reason, outage: null };
  const sinceMs = before.outage?.sinceMs ?? steadyEpochMs();
  return { missing, reason, outage: { sinceMs, reason: reason ?? 'no answer' } };
}
