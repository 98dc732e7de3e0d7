import { addresses } from '@event-pipeline/runtime/kafka-settings.ts';
import {
  decimal,
  logLevel,
  optionalWholeNumber,
  port,
  ratio,
  wholeNumber,
} from '@event-pipeline/runtime/setting-kinds.ts';
import { readEnvironment, type Reading, type Values } from '@event-pipeline/runtime/settings.ts';

/** The settings of the producer: how each variable is read, and its default. */
export const settingsTable = {
  bootstrap: addresses('KAFKA_BOOTSTRAP_SERVERS', { default: 'localhost:9092' }),
  eventsPerSec: decimal('EVENTS_PER_SEC', { above: 0, max: 1_000_000, default: '1' }),
  /** 0: for ever. Poison counts. */
  eventCount: wholeNumber('EVENT_COUNT', { min: 0, default: '0' }),
  invalidRatio: ratio('INVALID_RATIO', { default: '0' }),
  /** Null: every run is different. */
  seed: optionalWholeNumber('SEED', { min: 0 }),
  metricsPort: port('METRICS_PORT', { default: '8001' }),
  logLevel: logLevel('LOG_LEVEL', { default: 'INFO' }),
};

export type ProducerSettings = Values<typeof settingsTable>;

/** Reads the producer's settings; all problems at once where there are any. */
export function readSettings(
  environment: Readonly<Record<string, string | undefined>>,
): Reading<typeof settingsTable> {
  return readEnvironment(settingsTable, environment);
}
