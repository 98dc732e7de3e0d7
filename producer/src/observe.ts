import { faultOf } from '@event-pipeline/runtime/kafkajs/errors.ts';
import type { FrequentLines } from '@event-pipeline/runtime/frequent-lines.ts';
import { createFaultLog } from '@event-pipeline/runtime/rate-limit.ts';
import type { Logger } from 'pino';
import type { Health } from './health.ts';
import type { ProducerMetrics } from './metrics.ts';
import type { PublishListener } from './publish.ts';
import { sentLine } from './sent-line.ts';

const repeatMs = 5_000;
const toldFrom = 2;

/** Turns what the publisher tells into metrics, log lines and health. */
export function observe(options: {
  readonly log: Logger;
  readonly lines: FrequentLines;
  readonly metrics: ProducerMetrics;
  readonly health: Health;
  readonly kafka: string;
  readonly nowMs: () => number;
}): PublishListener {
  const { log, lines, metrics, health, kafka, nowMs } = options;
  const faults = createFaultLog({ intervalMs: repeatMs, nowMs });
  const failing = new Set<string>();
  const linesWanted = log.isLevelEnabled('info');
  const metricOf = new Map<string, { inc: () => void }>();

  const count = (eventType: string): void => {
    let child = metricOf.get(eventType);
    if (child === undefined) {
      child = metrics.sent.labels(eventType);
      metricOf.set(eventType, child);
    }
    child.inc();
  };

  const recovered = (lane: string, topic: string): void => {
    const healed = [failing.delete(lane), failing.delete(topic)];
    if (!healed.includes(true) || failing.size > 0) return;
    health.sendSucceeded();
    faults.recovered('send', ({ lastedMs, times }) =>
      log.warn({ lastedMs: Math.round(lastedMs), failures: times }, 'Kafka takes events again'),
    );
  };

  return {
    onAcknowledged: (record, partition) => {
      count(record.kind);
      if (linesWanted) lines.write(sentLine(record, partition, new Date().toISOString()));
    },
    onSent: ({ lane, topic, tookMs, error, failures }) => {
      metrics.duration.observe(tookMs / 1_000);
      if (failures === 0) return recovered(lane, topic);
      const { message, type } = faultOf(error);
      metrics.failures.inc();
      // One failure is everyday life: a leader that has moved is found by the second try.
      if (failures < toldFrom) return log.debug({ lane, reason: message }, 'a request failed');
      failing.add(lane);
      health.sendFailed(`Kafka does not take events: ${message}`);
      faults.fault('send', (suppressed) =>
        log.warn(
          { reason: message, fault: type, suppressed },
          `waiting for Kafka at ${kafka}; no event is lost`,
        ),
      );
    },
    onDealtAnew: (topic, partitions, lanes) => {
      log.warn({ topic, partitions }, 'the topic has another number of partitions');
      // The topic stands for those that are no more, until one of its new ones is acknowledged.
      for (const lane of lanes) if (failing.delete(lane)) failing.add(topic);
    },
  };
}
