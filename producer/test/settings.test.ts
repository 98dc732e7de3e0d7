import { expect, test } from 'vitest';
import { readSettings } from '../src/settings.ts';

test('without an environment there are the defaults', () => {
  expect(readSettings({})).toEqual({
    ok: true,
    settings: {
      bootstrap: ['localhost:9092'],
      eventsPerSec: 1,
      eventCount: 0,
      invalidRatio: 0,
      seed: null,
      metricsPort: 8001,
      logLevel: 'info',
    },
  });
});

test('what is set is taken', () => {
  const environment = {
    KAFKA_BOOTSTRAP_SERVERS: 'kafka:9093,other:9092',
    EVENTS_PER_SEC: '0.5',
    EVENT_COUNT: '10',
    INVALID_RATIO: '0.05',
    SEED: '7',
    METRICS_PORT: '0',
    LOG_LEVEL: 'Warning',
  };
  expect(readSettings(environment)).toEqual({
    ok: true,
    settings: {
      bootstrap: ['kafka:9093', 'other:9092'],
      eventsPerSec: 0.5,
      eventCount: 10,
      invalidRatio: 0.05,
      seed: 7,
      metricsPort: 0,
      logLevel: 'warn',
    },
  });
});

test('all that is wrong is reported, and a blank SEED is an unset one', () => {
  const reading = readSettings({
    KAFKA_BOOTSTRAP_SERVERS: '',
    EVENTS_PER_SEC: '0',
    EVENT_COUNT: '1.5',
    INVALID_RATIO: '2',
    SEED: ' ',
    METRICS_PORT: '-1',
    LOG_LEVEL: 'loud',
  });
  expect(reading.ok ? [] : reading.problems.map(({ variable }) => variable)).toEqual([
    'KAFKA_BOOTSTRAP_SERVERS',
    'EVENTS_PER_SEC',
    'EVENT_COUNT',
    'INVALID_RATIO',
    'METRICS_PORT',
    'LOG_LEVEL',
  ]);
});
