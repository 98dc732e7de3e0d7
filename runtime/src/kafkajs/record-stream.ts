import { createHash } from 'node:crypto';
import type { FetchedRecord } from './fetched-record.ts';
import type { RecordBatch } from './record-batch.ts';
import { readRecordBody, type Wanted } from './read-records.ts';
import { skipHeaders } from './record-headers.ts';
import { digestedRecord, KEPT_PART_MAX_BYTES } from './too-large-record.ts';
import { readVarint, readVarlong } from './varint.ts';

/**
 * Most bytes of a record that are neither key nor value nor headers: attributes 1, timestamp 10, and four varints
 * of 5 (offset, lengths of key and value, number of headers).
 */
const OVERHEAD_MAX_BYTES = 31;

/** The bytes that have arrived and not been read. Whoever finds none yields, and is resumed with more. */
interface Source {
  bytes: Buffer;
  at: number;
}

type Reading<T> = Generator<void, T, void>;

export interface RecordStream {
  /**
   * Reads on through a further piece of the inflated batch, of which nothing is held on to.
   * @returns whether it takes another one; false at the limit of `keepBytes`, or at a fault
   */
  push(piece: Buffer): boolean;
  /** What is wrong with the bytes, up to now. Asked when there are no more pieces, or no more are wanted. */
  readonly problem: string | null;
  readonly keptBytes: number;
  /** It stopped in front of a record because `keepBytes` were kept. */
  readonly isCut: boolean;
}

/**
 * Reads the records of a batch while it is inflated, and never holds more of it than the records that are kept.
 * @param keepBytes - it stops after the record with which it keeps so many
 */
export function createRecordStream(
  batch: RecordBatch,
  wanted: Wanted,
  keepBytes: number,
  into: FetchedRecord[],
): RecordStream {
  const source: Source = { bytes: Buffer.alloc(0), at: 0 };
  const stream = { push, problem: 'it ends within a record' as string | null, keptBytes: 0, isCut: false };
  const reading = readAll();
  reading.next();
  return stream;

  function push(piece: Buffer): boolean {
    source.bytes = piece;
    source.at = 0;
    return reading.next().done !== true;
  }

  function* readAll(): Reading<void> {
    let previousOffset = batch.baseOffset - 1;
    for (let index = 0; index < batch.count; index++) {
      if (stream.keptBytes >= keepBytes) {
        stream.isCut = true;
        stream.problem = null;
        return;
      }
      const before = into.length;
      const offset = yield* readOne();
      if (offset <= previousOffset || offset > batch.lastOffset) {
        stream.problem = `record ${index + 1} of ${batch.count} makes no sense`;
        return;
      }
      previousOffset = offset;
      stream.keptBytes += into.length > before ? (into.at(-1) as FetchedRecord).buffer.length : 0;
    }
    stream.problem = null;
    // Nothing more is wanted, but nothing more may come either.
    while (source.at === source.bytes.length) yield;
    stream.problem = `bytes are left behind the last of ${batch.count} records`;
  }

  function* readOne(): Reading<number> {
    const length = readVarint(yield* takeVarint(source), { at: 0 });
    if (length <= 0) return -1;
    if (length > wanted.maxRecordBytes + OVERHEAD_MAX_BYTES) {
      return yield* readTooLarge(source, length, batch, wanted, into);
    }
    const body = yield* take(source, length);
    return readRecordBody(body, { at: 0 }, length, batch, wanted, into);
  }
}

/** Reads a record of which only digests are kept. */
function* readTooLarge(
  source: Source,
  length: number,
  batch: RecordBatch,
  wanted: Wanted,
  into: FetchedRecord[],
): Reading<number> {
  let left = length;
  const taken = (bytes: Buffer) => {
    left -= bytes.length;
    return bytes;
  };
  taken(yield* take(source, 1)); // attributes
  const timestamp = batch.baseTimestamp + readVarlong(taken(yield* takeVarint(source)), { at: 0 });
  const offset = batch.baseOffset + readVarint(taken(yield* takeVarint(source)), { at: 0 });
  if (offset < wanted.fetchOffset) {
    yield* skip(source, left);
    return offset;
  }
  const keyLength = readVarint(taken(yield* takeVarint(source)), { at: 0 });
  if (keyLength > left) return -1;
  const key = keyLength < 0 ? null : yield* takeOrDigest(source, keyLength);
  left -= Math.max(keyLength, 0);
  const valueLength = readVarint(taken(yield* takeVarint(source)), { at: 0 });
  if (valueLength > left) return -1;
  const valueSha256 = valueLength < 0 ? null : yield* digest(source, valueLength);
  left -= Math.max(valueLength, 0);
  const headerCount = readVarint(taken(yield* takeVarint(source)), { at: 0 });
  if (left < 0 || headerCount < 0) return -1;
  const headers = yield* takeOrDigest(source, left);
  if (!headersAreSound(headers, headerCount)) return -1;
  into.push(
    digestedRecord({
      offset,
      timestamp: batch.appendTimestamp ?? timestamp,
      key: Buffer.isBuffer(key) ? key : null,
      keySha256: typeof key === 'string' ? key : null,
      bytes: Math.max(keyLength, 0) + Math.max(valueLength, 0) + left,
      valueSha256,
      headerBytes: Buffer.isBuffer(headers) ? headers : Buffer.alloc(0),
      headersSha256: typeof headers === 'string' ? headers : null,
      headerCount,
    }),
  );
  return offset;
}

function headersAreSound(headers: Buffer | string, count: number): boolean {
  if (typeof headers === 'string') return true;
  const cursor = { at: 0 };
  skipHeaders(headers, cursor, count, headers.length);
  return cursor.at === headers.length;
}

/** The bytes themselves while they are few, else their SHA-256 in hex. */
function* takeOrDigest(source: Source, length: number): Reading<Buffer | string> {
  return length <= KEPT_PART_MAX_BYTES ? yield* take(source, length) : yield* digest(source, length);
}

function* digest(source: Source, length: number): Reading<string> {
  const hash = createHash('sha256');
  yield* pass(source, length, (bytes) => hash.update(bytes));
  return hash.digest('hex');
}

function* skip(source: Source, length: number): Reading<void> {
  yield* pass(source, length, () => {});
}

/** A copy of the next bytes. */
function* take(source: Source, length: number): Reading<Buffer> {
  const out = Buffer.allocUnsafe(length);
  let filled = 0;
  yield* pass(source, length, (bytes) => {
    filled += bytes.copy(out, filled);
  });
  return out;
}

/** The bytes of the next varint, ten at most. */
function* takeVarint(source: Source): Reading<Buffer> {
  const bytes: number[] = [];
  do {
    while (source.at === source.bytes.length) yield;
    bytes.push(source.bytes[source.at++] as number);
  } while ((bytes.at(-1) as number) >= 0x80 && bytes.length < 10);
  return Buffer.from(bytes);
}

function* pass(source: Source, length: number, on: (bytes: Buffer) => void): Reading<void> {
  for (let left = length; left > 0;) {
    while (source.at === source.bytes.length) yield;
    const step = Math.min(left, source.bytes.length - source.at);
    on(source.bytes.subarray(source.at, source.at + step));
    source.at += step;
    left -= step;
  }
}
