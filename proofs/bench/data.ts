import type { EventsOptions } from './events.ts';

/** The content of one topic. */
export interface Data extends Omit<EventsOptions, 'count'> {
  /** Names the topic. */
  readonly name: string;
  readonly records: number;
  readonly partitions: number;
  /** Kafka's `compression.type`: the broker compresses what comes uncompressed. */
  readonly compression?: 'gzip' | 'lz4' | 'snappy' | 'zstd';
}

/** The records of the usual case; the others differ from it in one thing. */
export type DataName = keyof ReturnType<typeof allData>;

/** @param records of the cases that are about speed alone; those about time have their own number */
function allData(records: number) {
  const usual = { records, partitions: 3, valueBytes: 380 };
  return {
    valid: usual,
    'poison-1': { ...usual, poison: 0.01 },
    'poison-50': { ...usual, records: Math.ceil(records / 2), poison: 0.5 },
    'headers-5': { ...usual, headers: 5 },
    gzip: { ...usual, compression: 'gzip' },
    lz4: { ...usual, compression: 'lz4' },
    snappy: { ...usual, compression: 'snappy' },
    zstd: { ...usual, compression: 'zstd' },
    'partitions-1': { ...usual, partitions: 1 },
    'partitions-12': { ...usual, partitions: 12 },
    'partitions-300': { ...usual, partitions: 300 },
    'bytes-200': { ...usual, valueBytes: 200 },
    'bytes-2k': { ...usual, valueBytes: 2_000, records: Math.ceil(records / 2) },
    'bytes-200k': { ...usual, valueBytes: 200_000, records: Math.ceil(records / 200) },
    'keys-1000': { ...usual, records: 100_000, keys: 1_000 },
    'key-1': { ...usual, records: 1_000, keys: 1 },
    calls: { ...usual, records: 300_000 },
    'backlog-1m': { ...usual, valueBytes: 200, headers: 0, records: 1_000_000 },
    'backlog-10m': { ...usual, valueBytes: 200, headers: 0, records: 10_000_000 },
    'backlog-5m': { ...usual, valueBytes: 480, headers: 0, records: 5_000_000 },
    // Filled while the subject runs.
    paced: { ...usual, records: 9_000 },
  } satisfies Record<string, Omit<Data, 'name'>>;
}

export function dataOf(name: DataName, records: number): Data {
  return { name, ...allData(records)[name] };
}
