import { FetchedRecord } from './fetched-record.ts';
import { skipHeaders } from './record-headers.ts';
import type { RecordBatch } from './record-batch.ts';
import { tooLargeRecord } from './too-large-record.ts';
import { readVarint, readVarlong, type VarintCursor } from './varint.ts';

/** What a consumer wants of a batch. */
export interface Wanted {
  /** Records below are skipped: a fetch may begin in the middle of a batch. */
  readonly fetchOffset: number;
  /** Key + value + headers; above, only a digest of the record is kept. */
  readonly maxRecordBytes: number;
}

/**
 * Reads all records of a batch in one pass:
 *
 *   length varint · attributes int8 · timestampDelta varlong · offsetDelta varint · key and value: length varint
 *   (−1 is null) and bytes · headers: count varint, then each as name length, name, value length, value
 *
 * This loop is where a consumer's microseconds are: nothing is allocated but the record.
 *
 * @param bytes - the response, or the inflated batch, with the records from `start` up to `end`
 * @param into - takes the records; unchanged if the batch is refused
 * @returns what is wrong with the bytes, or null
 */
export function readRecords(
  bytes: Buffer,
  start: number,
  end: number,
  batch: RecordBatch,
  wanted: Wanted,
  into: FetchedRecord[],
): string | null {
  const before = into.length;
  const cursor: VarintCursor = { at: start };
  let previousOffset = batch.baseOffset - 1;
  for (let index = 0; index < batch.count; index++) {
    const offset = readRecord(bytes, cursor, end, batch, wanted, into);
    if (offset <= previousOffset || offset > batch.lastOffset) {
      into.length = before;
      return `record ${index + 1} of ${batch.count} makes no sense`;
    }
    previousOffset = offset;
  }
  if (cursor.at === end) return null;
  into.length = before;
  return `${end - cursor.at} bytes are left behind the last of ${batch.count} records`;
}

/**
 * Reads the record at the cursor and leaves the cursor behind it.
 * @returns its offset, or −1 where the bytes make no sense
 */
function readRecord(
  bytes: Buffer,
  cursor: VarintCursor,
  end: number,
  batch: RecordBatch,
  wanted: Wanted,
  into: FetchedRecord[],
): number {
  const length = readVarint(bytes, cursor);
  const recordEnd = cursor.at + length;
  if (length <= 0 || recordEnd > end) return -1;
  return readRecordBody(bytes, cursor, recordEnd, batch, wanted, into);
}

/**
 * Reads the record at the cursor, behind its length, and leaves the cursor at `recordEnd`.
 * @returns its offset, or −1 where the bytes make no sense
 */
export function readRecordBody(
  bytes: Buffer,
  cursor: VarintCursor,
  recordEnd: number,
  batch: RecordBatch,
  wanted: Wanted,
  into: FetchedRecord[],
): number {
  const length = recordEnd - cursor.at;
  cursor.at++; // attributes, of which none is in use
  const timestamp = readVarlong(bytes, cursor) + batch.baseTimestamp;
  const offset = readVarint(bytes, cursor) + batch.baseOffset;
  if (offset < wanted.fetchOffset) {
    if (cursor.at > recordEnd) return -1;
    cursor.at = recordEnd;
    return offset;
  }
  const keyLength = readVarint(bytes, cursor);
  const keyStart = keyLength < 0 ? -1 : cursor.at;
  if (keyLength > 0) cursor.at += keyLength;
  const keyEnd = keyLength < 0 ? -1 : cursor.at;
  const valueLength = readVarint(bytes, cursor);
  const valueStart = valueLength < 0 ? -1 : cursor.at;
  if (valueLength > 0) cursor.at += valueLength;
  const valueEnd = valueLength < 0 ? -1 : cursor.at;
  const headerCount = readVarint(bytes, cursor);
  const headersStart = cursor.at;
  if (headerCount > 0) skipHeaders(bytes, cursor, headerCount, recordEnd);
  if (cursor.at !== recordEnd || headerCount < 0) return -1;
  const record = new FetchedRecord(
    offset,
    batch.appendTimestamp ?? timestamp,
    bytes,
    keyStart,
    keyEnd,
    valueStart,
    valueEnd,
    headersStart,
    recordEnd,
    headerCount,
    null,
  );
  // The record's length is never below its size, and cheaper to compare.
  const mayBeTooLarge = length > wanted.maxRecordBytes && record.sizeBytes > wanted.maxRecordBytes;
  into.push(mayBeTooLarge ? tooLargeRecord(record) : record);
  return offset;
}
