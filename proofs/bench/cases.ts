import type { DataName } from './data.ts';
import type { Figure } from './figures.ts';
import type { HandlerKind } from './protocol.ts';

export type Program = 'consumer' | 'bare-loop' | 'platformatic-loop' | 'bare-pool';

/** What runs in a case, and on which data. */
export interface Subject {
  readonly label: string;
  readonly program: Program;
  readonly data: DataName;
  readonly logLevel?: 'INFO' | 'WARN';
  readonly handler?: HandlerKind;
  readonly commitEvery?: number;
  readonly concurrency?: number;
  /** Sends each event to a local server. */
  readonly forward?: boolean;
  /** Reads at most so many records, and not all. */
  readonly total?: number;
}

/** What a figure of the first subject named must be, as a part of the second's; without a second, by itself. */
export interface Bar {
  readonly figure: Figure;
  readonly of: string;
  readonly against?: string;
  readonly atLeast?: number;
  readonly atMost?: number;
  /** Added to the other's figure before they are compared; in the figure's unit. */
  readonly plus?: number;
}

export interface Case {
  readonly name: string;
  /** Not part of the default run. */
  readonly onlyWithAll?: boolean;
  readonly subjects: readonly Subject[];
  readonly bars: readonly Bar[];
}

const OURS = 'this consumer';
const BARE = 'bare loop';
const PLATFORMATIC = '@platformatic/kafka';

const ours = (data: DataName, more: Partial<Subject> = {}): Subject => ({
  label: OURS,
  program: 'consumer',
  data,
  ...more,
});
const bare = (data: DataName, more: Partial<Subject> = {}): Subject => ({
  label: BARE,
  program: 'bare-loop',
  data,
  ...more,
});
const platformatic = (data: DataName, more: Partial<Subject> = {}): Subject => ({
  label: PLATFORMATIC,
  program: 'platformatic-loop',
  data,
  ...more,
});

/** The same loops on the same records, with no bar but the comparison. */
const compared = (data: DataName): Case => ({
  name: data,
  onlyWithAll: true,
  subjects: [ours(data), bare(data), platformatic(data)],
  bars: [],
});

/** How this consumer does on other data, as a part of what it does on the usual. */
const fraction = (data: DataName, atLeast: number, others: readonly Subject[] = []): Case => ({
  name: data,
  onlyWithAll: true,
  subjects: [ours(data), ours('valid', { label: `${OURS}, valid` }), ...others],
  bars: [{ figure: 'recordsPerSec', of: OURS, against: `${OURS}, valid`, atLeast }],
});

const codec = (data: DataName): Case => ({
  name: data,
  onlyWithAll: true,
  subjects: [ours(data), bare(data)],
  bars: [{ figure: 'recordsPerSec', of: OURS, against: BARE, atLeast: 1.8 }],
});

const SLOW = { handler: 'slow', concurrency: 64 } as const;
const TIMED = { handler: 'timed' } as const;
const CALLS = { forward: true, concurrency: 64 } as const;

export const cases: readonly Case[] = [
  {
    name: 'valid',
    subjects: [
      ours('valid'),
      ours('valid', { label: `${OURS}, INFO`, logLevel: 'INFO' }),
      bare('valid'),
      bare('valid', { label: `${BARE}, commit every 100`, commitEvery: 100 }),
      platformatic('valid'),
    ],
    bars: [
      { figure: 'recordsPerSec', of: OURS, against: BARE, atLeast: 2 },
      { figure: 'cpuUsPerRecord', of: OURS, against: BARE, atMost: 0.5 },
      { figure: 'recordsPerSec', of: OURS, against: `${BARE}, commit every 100`, atLeast: 3 },
      { figure: 'recordsPerSec', of: `${OURS}, INFO`, against: BARE, atLeast: 1.1 },
    ],
  },
  { ...fraction('poison-1', 0.75, [bare('poison-1')]), onlyWithAll: false },
  fraction('poison-50', 0.3, [bare('poison-50')]),
  {
    name: 'headers-5',
    subjects: [ours('headers-5'), bare('headers-5'), platformatic('headers-5')],
    bars: [{ figure: 'recordsPerSec', of: OURS, against: BARE, atLeast: 3 }],
  },
  codec('gzip'),
  codec('lz4'),
  fraction('snappy', 0.7),
  fraction('zstd', 0.7),
  fraction('partitions-300', 0.8, [bare('partitions-300'), platformatic('partitions-300')]),
  compared('partitions-1'),
  compared('partitions-12'),
  compared('bytes-200'),
  compared('bytes-2k'),
  compared('bytes-200k'),
  {
    name: 'slow-handlers',
    subjects: [
      ours('keys-1000', SLOW),
      { label: 'bare pool of 64', program: 'bare-pool', data: 'keys-1000', ...SLOW },
    ],
    bars: [{ figure: 'recordsPerSec', of: OURS, against: 'bare pool of 64', atLeast: 0.95 }],
  },
  {
    name: 'hot-key',
    subjects: [
      ours('key-1', SLOW),
      { label: 'one after another', program: 'bare-pool', data: 'key-1', handler: 'slow', concurrency: 1 },
    ],
    bars: [{ figure: 'recordsPerSec', of: OURS, against: 'one after another', atLeast: 0.9 }],
  },
  {
    name: 'forward',
    subjects: [
      ours('calls', CALLS),
      { label: 'bare undici pool', program: 'bare-pool', data: 'calls', ...CALLS },
    ],
    bars: [{ figure: 'recordsPerSec', of: OURS, against: 'bare undici pool', atLeast: 0.8 }],
  },
  {
    name: 'first-record',
    subjects: [ours('valid', { ...TIMED, total: 1 }), bare('valid', { ...TIMED, total: 1 })],
    bars: [{ figure: 'firstRecordMs', of: OURS, against: BARE, atMost: 1, plus: 300 }],
  },
  {
    name: 'latency',
    subjects: [ours('paced', TIMED), bare('paced', TIMED), platformatic('paced', TIMED)],
    bars: [{ figure: 'p99Ms', of: OURS, against: BARE, atMost: 1.5 }],
  },
  {
    name: 'backlog',
    onlyWithAll: true,
    subjects: [ours('backlog-10m', { label: '10 M' }), ours('backlog-1m', { label: '1 M' })],
    bars: [
      { figure: 'secondHalfCpuUs', of: '10 M', against: '1 M', atMost: 1.1 },
      { figure: 'peakRssMib', of: '10 M', atMost: 220 },
      { figure: 'peakRssMib', of: '10 M', against: '1 M', atMost: 1.1 },
    ],
  },
  {
    // With keys and batches around them, the records have about 500 bytes each.
    name: 'backlog-5m',
    onlyWithAll: true,
    subjects: [ours('backlog-5m')],
    bars: [{ figure: 'peakRssMib', of: OURS, atMost: 220 }],
  },
];
