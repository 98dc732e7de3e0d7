import { Counter, Gauge, type Registry } from 'prom-client';
import type { Histogram } from './histogram.ts';
import type { LagMonitor } from './lag.ts';
import type { OwnedPartition } from './receive.ts';
import { stagesByCode } from '@event-pipeline/schemas/codes.ts';
import type { Stats } from './stats.ts';

/** What the metrics look at when they are asked. */
export interface Observed {
  readonly stats: Stats;
  readonly lag: LagMonitor;
  readonly owned: () => Iterable<OwnedPartition>;
  readonly rebalances: () => number;
  /** Records that were begun and are not settled. */
  readonly underWay: () => number;
  readonly targetUp: () => boolean;
  readonly version: string;
}

/** Registers the consumer's metrics. No step of a record's way calls them: they read the numbers at each scrape. */
export function registerMetrics(registry: Registry, observed: Observed): void {
  const { stats, lag, owned } = observed;
  const registers = [registry];
  const gauge = (name: string, help: string, labelNames: string[], read: (gauge: Gauge) => void) =>
    new Gauge({
      name,
      help,
      labelNames,
      registers,
      collect() {
        this.reset();
        read(this);
      },
    });
  const counter = (name: string, help: string, labelNames: string[], read: (counter: Counter) => void) =>
    new Counter({
      name,
      help,
      labelNames,
      registers,
      collect() {
        this.reset();
        read(this);
      },
    });
  const perPartition = (name: string, help: string, value: (partition: OwnedPartition) => number | null) =>
    gauge(name, help, ['topic', 'partition'], (metric) => {
      for (const partition of owned()) {
        const read = value(partition);
        if (read !== null) metric.set({ topic: partition.topic, partition: partition.partition }, read);
      }
    });

  perPartition('kafka_consumer_lag', 'Records that are not committed yet', lag.lagOf);
  perPartition('kafka_consumer_lag_seconds', 'Age of what is not committed yet', lag.lagSecondsOf);
  perPartition(
    'consumer_last_progress_timestamp_seconds',
    'When a record was settled last',
    ({ lastProgressMs }) => (lastProgressMs === 0 ? null : lastProgressMs / 1000),
  );
  counter('consumer_records_received_total', 'Records on which work has begun', ['topic'], (metric) => {
    for (const [topic, { received }] of stats.topics) metric.inc({ topic }, received);
  });
  counter('consumer_records_settled_total', 'Records that are settled', ['topic', 'outcome'], (metric) => {
    for (const [topic, { handled, deadLettered }] of stats.topics) {
      metric.inc({ topic, outcome: 'handled' }, handled);
      metric.inc({ topic, outcome: 'dead_lettered' }, deadLettered);
    }
  });
  counter('consumer_events_handled_total', 'Events that were handled', ['event_type'], (metric) => {
    for (const [type, { handled }] of stats.eventTypes) metric.inc({ event_type: type }, handled);
  });
  counter('consumer_dead_letters_total', 'Dead letters, by source', ['topic', 'stage', 'code'], (metric) => {
    for (const [topic, { letters }] of stats.topics) {
      for (const [code, stages] of Object.entries(stagesByCode)) {
        for (const stage of stages) metric.inc({ topic, stage, code }, letters.get(code)?.get(stage) ?? 0);
      }
    }
  });
  counter('consumer_retries_total', 'Attempts that failed and were tried again', ['event_type'], (metric) => {
    for (const [type, { retries }] of stats.eventTypes) metric.inc({ event_type: type }, retries);
  });
  counter(
    'consumer_records_gone_total',
    'Offsets deleted before they were read',
    ['topic', 'partition'],
    (metric) => {
      // From 0 on: what begins with its first loss shows no increase.
      for (const { topic, partition } of owned()) metric.inc({ topic, partition }, 0);
      for (const [name, count] of stats.gone) {
        const at = name.lastIndexOf('/');
        metric.inc({ topic: name.slice(0, at), partition: name.slice(at + 1) }, count);
      }
    },
  );
  counter('consumer_rebalances_total', 'Times that partitions were given to this member', [], (metric) => {
    metric.inc(observed.rebalances());
  });
  counter('consumer_commits_total', 'Commits, by their result', ['result'], (metric) => {
    for (const [result, count] of Object.entries(stats.commits)) metric.inc({ result }, count);
  });
  gauge('consumer_records_in_flight', 'Records that were begun and are not settled', [], (metric) => {
    metric.set(observed.underWay());
  });
  gauge('consumer_partitions_paused', 'Partitions that take no more for now', [], (metric) => {
    metric.set(sum(owned(), (partition) => (partition.wants() ? 0 : 1)));
  });
  gauge('consumer_partitions_held', 'Partitions that wait for a letter to be written', [], (metric) => {
    metric.set(sum(owned(), ({ held }) => (held === null ? 0 : 1)));
  });
  gauge('consumer_target_up', '1 while what the handlers need is available', [], (metric) => {
    metric.set(observed.targetUp() ? 1 : 0);
  });
  gauge('consumer_info', 'The version that runs', ['version'], (metric) => {
    metric.set({ version: observed.version }, 1);
  });
  registerHistogram(registry, 'consumer_event_age_seconds', 'From the record’s timestamp to handled', () => [
    { labels: {}, histogram: stats.ageSec },
  ]);
  registerHistogram(registry, 'consumer_handler_duration_seconds', 'Time of one attempt of a handler', () =>
    [...stats.eventTypes].map(([type, { durationSec }]) => ({
      labels: { event_type: type },
      histogram: durationSec,
    })),
  );
}

function sum(partitions: Iterable<OwnedPartition>, value: (partition: OwnedPartition) => number): number {
  let total = 0;
  for (const partition of partitions) total += value(partition);
  return total;
}

/**
 * A histogram whose buckets are counted elsewhere. prom-client can only be told of one observation at a time, so it is
 * given the metric in the form that its registry reads.
 */
function registerHistogram(
  registry: Registry,
  name: string,
  help: string,
  read: () => { labels: Record<string, string>; histogram: Histogram }[],
): void {
  const metric = {
    name,
    help,
    type: 'histogram',
    aggregator: 'sum',
    reset: () => undefined,
    get: async () => ({
      name,
      help,
      type: 'histogram',
      aggregator: 'sum',
      values: read().flatMap(bucketValues),
    }),
  };
  const bucketValues = ({ labels, histogram }: { labels: Record<string, string>; histogram: Histogram }) => {
    let total = 0;
    const values = histogram.counts.map((count, index) => {
      total += count;
      const le = histogram.bounds[index] ?? '+Inf';
      return { labels: { le, ...labels }, value: total, metricName: `${name}_bucket` };
    });
    return [
      ...values,
      { labels, value: histogram.sum, metricName: `${name}_sum` },
      { labels, value: total, metricName: `${name}_count` },
    ];
  };
  registry.registerMetric(metric as unknown as Gauge);
}
