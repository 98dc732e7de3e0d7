import type { Partition, Step } from './java-client.ts';
import { oddEvents, poison, valid, type ForeignRecord, type Make } from './records.ts';

const CODECS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];
/** A partition for each codec, and one for batches that Java does not write. */
const BY_CODEC = 'foreign-codecs';
export const RAW: Partition = { topic: BY_CODEC, partition: CODECS.length };
const COMPACTED: Partition = { topic: 'foreign-compacted', partition: 0 };

const LOGS = 'foreign-logs';
const inLogs = (partition: number): Partition => ({ topic: LOGS, partition });
const TRANSACTIONS = inLogs(0);
const OPEN = inLogs(1);
/** The first 20 of 30 records are deleted; the group had committed 5. */
export const TRUNCATED = { ...inLogs(2), committed: 5, start: 20 };
const MARKER_ONLY = inLogs(3);
const ABORTED_ONLY = inLogs(4);

const RECORDS_BY_CODEC = 940;
const KEYS = 50;

const forever = { 'retention.ms': '-1', 'max.message.bytes': '8000000' };
const anyTime = { 'message.timestamp.after.max.ms': '9223372036854775807' };
const compacting = {
  'cleanup.policy': 'compact',
  'segment.bytes': '1048576',
  'min.cleanable.dirty.ratio': '0.01',
};

export const TOPICS = [
  { topic: BY_CODEC, numPartitions: CODECS.length + 1, config: { ...forever, ...anyTime } },
  { topic: LOGS, numPartitions: 5, config: forever },
  { topic: COMPACTED.topic, numPartitions: 1, config: { ...forever, ...compacting } },
];

let events = 0;
const made = (make: Make): ForeignRecord => make(`event-${(events += 1)}`);
const some = (count: number): ForeignRecord[] => Array.from({ length: count }, () => made(valid));

/** Every kind among ordinary ones, evenly. */
export function everyKind(count: number): ForeignRecord[] {
  const kinds = [...Object.values(oddEvents), ...Object.values(poison)];
  const every = Math.floor(count / kinds.length);
  return Array.from({ length: count }, (_, n) =>
    made((n % every === 0 ? kinds[n / every] : undefined) ?? valid),
  );
}

const send = (by: string, where: Partition, records: readonly ForeignRecord[]): Step[] =>
  records.map((record) => ({ do: 'send', by, topic: where.topic, partition: where.partition, record }));

const producer = (by: string, settings: Readonly<Record<string, string>>): Step => ({
  do: 'producer',
  by,
  settings: { 'linger.ms': '60000', 'batch.size': '1000000', 'max.request.size': '8000000', ...settings },
});

function byCodec(): Step[] {
  return CODECS.flatMap((codec, partition) => [
    producer(codec, { 'compression.type': codec }),
    ...send(codec, { topic: BY_CODEC, partition }, everyKind(RECORDS_BY_CODEC)),
    { do: 'flush', by: codec },
  ]);
}

const transactional = (by: string): Step =>
  producer(by, { 'linger.ms': '0', 'transactional.id': by, 'transaction.timeout.ms': '900000' });

/** Three that overlap, of which two abort; then one that commits behind them. */
function transactions(): Step[] {
  const part = (by: string, count: number): Step[] => [
    ...send(by, TRANSACTIONS, [...some(count), made(poison['NaN'] as Make)]),
    { do: 'flush', by },
  ];
  return [
    ...['one', 'two', 'three'].flatMap((by): Step[] => [transactional(by), { do: 'begin', by }]),
    ...part('one', 20),
    ...part('two', 20),
    ...part('three', 20),
    { do: 'abort', by: 'two' },
    { do: 'begin', by: 'two' },
    ...part('one', 20),
    ...part('two', 20),
    { do: 'abort', by: 'one' },
    { do: 'commit', by: 'three' },
    ...part('two', 20),
    { do: 'commit', by: 'two' },
    { do: 'begin', by: 'one' },
    ...send('one', ABORTED_ONLY, some(10)),
    { do: 'flush', by: 'one' },
    { do: 'abort', by: 'one' },
    { do: 'begin', by: 'one' },
    ...send('one', MARKER_ONLY, some(1)),
    { do: 'commit', by: 'one' },
    { do: 'delete', ...MARKER_ONLY, before: 1 },
  ];
}

function open(): Step[] {
  return [
    ...send('none', OPEN, some(10)),
    { do: 'flush', by: 'none' },
    { do: 'begin', by: 'three' },
    ...send('three', OPEN, some(10)),
    { do: 'flush', by: 'three' },
    ...send('none', OPEN, some(10)),
    { do: 'flush', by: 'none' },
  ];
}

function truncated(): Step[] {
  return [
    ...send('gzip', TRUNCATED, some(30)),
    { do: 'flush', by: 'gzip' },
    { do: 'delete', topic: TRUNCATED.topic, partition: TRUNCATED.partition, before: TRUNCATED.start },
  ];
}

/** The first producer's batch is emptied, but kept for its sequence; in that of the second every other record goes. */
function compacted(): Step[] {
  const keyed = (make: Make) =>
    Array.from({ length: KEYS }, (_, n) => ({ ...made(make), key: Buffer.from(`key-${n}`) }));
  const large = (key: string) => ({ ...made(oddEvents['900 KB'] as Make), key: Buffer.from(key) });
  return [
    producer('first', {}),
    producer('second', {}),
    ...send('first', COMPACTED, keyed(valid)),
    { do: 'flush', by: 'first' },
    ...send('second', COMPACTED, [...keyed(valid), ...keyed(valid)]),
    { do: 'flush', by: 'second' },
    // The active segment is not cleaned, and the second of these does not fit into it.
    ...send('second', COMPACTED, [large('large 1'), large('large 2')]),
    { do: 'flush', by: 'second' },
  ];
}

/** What a client of read_committed must see of the plan, or the plan did not make the log that it is about. */
export const EXPECTED: readonly (Partition & {
  readonly start: number;
  readonly visible: number;
  readonly stableEnd: number;
})[] = [
  // 6 parts of 21, of which 3 commit, and 4 markers.
  { ...TRANSACTIONS, start: 0, visible: 63, stableEnd: 130 },
  { ...OPEN, start: 0, visible: 10, stableEnd: 10 },
  { ...inLogs(2), start: TRUNCATED.start, visible: 10, stableEnd: 30 },
  { ...MARKER_ONLY, start: 1, visible: 0, stableEnd: 2 },
  { ...ABORTED_ONLY, start: 0, visible: 0, stableEnd: 11 },
  { ...COMPACTED, start: 0, visible: KEYS + 2, stableEnd: 3 * KEYS + 2 },
];

function readAll(): Step[] {
  return TOPICS.flatMap(({ topic, numPartitions }) =>
    Array.from({ length: numPartitions }, (_, partition): Step => ({
      do: 'read',
      topic,
      partition,
      ...(topic === COMPACTED.topic ? { first: 2 * KEYS } : {}),
    })),
  );
}

/** All that Java's client is to do. */
export function foreignPlan(): Step[] {
  return [...byCodec(), ...compacted(), ...transactions(), ...open(), ...truncated(), ...readAll()];
}
