import { Counter, Histogram, type Registry } from 'prom-client';
import { poisonKind } from './make-records.ts';

/** The producer's own numbers. */
export interface ProducerMetrics {
  /** Records that Kafka has acknowledged, by event type; poison is `invalid`. */
  readonly sent: Counter<'event_type'>;
  /** Requests that failed; what was in them is sent again. */
  readonly failures: Counter;
  /** Seconds from a request to its acknowledgement, or to its failure. */
  readonly duration: Histogram;
}

/** Registers the producer's metrics. All series are there from the start, at 0. */
export function createProducerMetrics(registry: Registry, eventTypes: readonly string[]): ProducerMetrics {
  const registers = [registry];
  const sent = new Counter({
    name: 'producer_events_sent_total',
    help: 'Events that Kafka has acknowledged, by event type; deliberate poison counts as invalid.',
    labelNames: ['event_type'],
    registers,
  });
  for (const eventType of [...eventTypes, poisonKind]) sent.inc({ event_type: eventType }, 0);
  const failures = new Counter({
    name: 'producer_send_failures_total',
    help: 'Requests to Kafka that failed; the events in them are sent again.',
    registers,
  });
  const duration = new Histogram({
    name: 'producer_send_duration_seconds',
    help: 'Time from a request to Kafka until its acknowledgement or failure.',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  return { sent, failures, duration };
}
