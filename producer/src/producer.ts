import { createFrequentLines } from '@event-pipeline/runtime/frequent-lines.ts';
import { serveHttp } from '@event-pipeline/runtime/http.ts';
import type { LogOutput } from '@event-pipeline/runtime/log.ts';
import { createRegistry } from '@event-pipeline/runtime/metrics.ts';
import type { Logger } from 'pino';
import { createBell } from './bell.ts';
import { createHealth } from './health.ts';
import { openKafka } from './kafka.ts';
import type { OutgoingRecord } from './make-records.ts';
import { createProducerMetrics } from './metrics.ts';
import { observe } from './observe.ts';
import { createPace } from './pace.ts';
import { drain, produce } from './produce.ts';
import { createPublisher } from './publish.ts';
import type { ProducerSettings } from './settings.ts';

export interface ProducerOptions {
  readonly settings: ProducerSettings;
  readonly makeRecord: () => OutgoingRecord;
  /** The topics that records are made for. */
  readonly topics: readonly string[];
  readonly eventTypes: readonly string[];
  readonly log: Logger;
  readonly output: LogOutput;
  readonly stop: AbortSignal;
}

const drainTimeoutMs = 5_000;
const fullLogBytes = 1_000_000;
const nowMs = (): number => performance.now();

/**
 * Waits for Kafka, sends events at the pace, and drains. Resolves to the number of events that were made and that
 * Kafka has not acknowledged: 0 unless the stop came in the middle of an outage.
 * @throws PortUnavailable where the metrics port is taken; KafkaFaultError where Kafka refuses the credentials
 */
export async function runProducer(options: ProducerOptions): Promise<number> {
  const { settings, makeRecord, log, output, stop } = options;
  const registry = createRegistry();
  const metrics = createProducerMetrics(registry, options.eventTypes);
  const health = createHealth({ nowMs, unacknowledged: () => publisher.unacknowledged(), stop });
  const bell = createBell();
  output.onDrained(bell.ring);
  const giveUp = giveUpAfter(stop, bell.ring);
  const lines = createFrequentLines({
    output,
    summary: (events) => log.info({ events }, `${events} events sent`),
  });
  const observer = observe({ log, lines, metrics, health, kafka: settings.bootstrap.join(','), nowMs });

  const kafka = openKafka({ ...options, bootstrap: settings.bootstrap, giveUp, onTopics: health.topics });
  const publisher = createPublisher({
    ...kafka,
    listener: {
      onAcknowledged: (record, partition) => {
        observer.onAcknowledged(record, partition);
        bell.ring();
      },
      onSent: (outcome) => {
        observer.onSent(outcome);
        if (outcome.failures > 0) kafka.sendFailed(outcome.error);
      },
      onDealtAnew: observer.onDealtAnew,
    },
    random: Math.random,
    nowMs,
    giveUp,
  });

  const { healthz, readyz } = health;
  const routes = { metrics: () => registry.metrics(), healthz, readyz };
  const http = await serveHttp({ port: settings.metricsPort, routes, log });
  try {
    log.info({ port: http.port, kafka: settings.bootstrap.join(',') }, 'producer started');
    if (!(await kafka.topicsAreThere())) return 0;
    const common = { publisher, bell, onTurn: health.turned };
    await produce({
      ...common,
      makeRecord,
      pace: createPace({ perSec: settings.eventsPerSec, nowMs }),
      count: settings.eventCount === 0 ? Infinity : settings.eventCount,
      logIsFull: () => output.pendingBytes() > fullLogBytes,
      stop,
    });
    await drain({ ...common, giveUp });
    return publisher.unacknowledged();
  } finally {
    lines.close();
    await kafka.close();
    await http.close();
  }
}

/** After the stop there is so much time for what is not acknowledged yet. */
function giveUpAfter(stop: AbortSignal, wake: () => void): AbortSignal {
  const giveUp = new AbortController();
  const onStop = (): void => {
    wake();
    setTimeout(() => {
      giveUp.abort();
      wake();
    }, drainTimeoutMs).unref();
  };
  if (stop.aborted) onStop();
  else stop.addEventListener('abort', onStop, { once: true });
  return giveUp.signal;
}
