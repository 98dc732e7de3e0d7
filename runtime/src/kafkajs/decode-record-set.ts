import type { FetchedRecord } from './fetched-record.ts';
import { CODEC, inflate, MAX_INFLATED_BYTES } from './inflate.ts';
import { readBatchHeader, type RecordBatch } from './record-batch.ts';
import { readRecords, type Wanted } from './read-records.ts';

/** Why a partition's records can't be decoded, from `offset` on. What lies before is delivered. */
export interface DecodeFault {
  readonly kind: 'CORRUPT' | 'OLD_FORMAT' | 'UNKNOWN_CODEC';
  readonly offset: number;
  readonly message: string;
}

/** The record set of one partition while it is decoded. */
export interface RecordSet {
  readonly bytes: Buffer;
  readonly end: number;
  readonly wanted: Wanted;
  readonly isAborted: (bytes: Buffer, batch: RecordBatch) => boolean;
  readonly records: FetchedRecord[];
  /** Where the next batch begins in `bytes`. */
  at: number;
  /** The offset at which the next fetch begins. */
  nextOffset: number;
  /** Bytes that the records hold in memory: of the response, and of what was inflated. */
  sizeBytes: number;
  /** Shared by all record sets of a response, so that no number of them takes more memory than one. */
  readonly inflated: { bytes: number };
  fault: DecodeFault | null;
}

/**
 * Decodes the batches from `set.at` on, one after the other; `set.nextOffset` is behind the last batch that was
 * complete, whether it had records for us or not (emptied by compaction, aborted, control records).
 *
 * Ends early, and is not wrong to, at a compressed batch once MAX_INFLATED_BYTES of the response are inflated: the rest is
 * fetched again.
 *
 * @returns null at the end; or a batch that is too large to be inflated at once, in front of which it stopped
 */
export function decodeRecordSet(set: RecordSet): RecordBatch | null {
  while (set.at < set.end) {
    const batch = readBatchHeader(set.bytes, set.at, set.end);
    if (typeof batch === 'string') {
      if (batch !== 'partial') set.fault = { ...FAULTS[batch], offset: set.nextOffset };
      return null;
    }
    if (isNeeded(set, batch)) {
      if (batch.codec !== CODEC.none) {
        if (isInflatedEnough(set)) return null;
        const outcome = decodeCompressed(set, batch);
        if (outcome === 'too-large') return batch;
      } else {
        decodeInto(set, batch, set.bytes, batch.recordsStart, batch.end);
      }
      if (set.fault !== null) return null;
    }
    pass(set, batch);
  }
  return null;
}

/** Whether the response has taken the memory that one may take. */
export function isInflatedEnough({ inflated }: RecordSet): boolean {
  return inflated.bytes >= MAX_INFLATED_BYTES;
}

/** Marks a batch as done. */
export function pass(set: RecordSet, batch: RecordBatch): void {
  set.at = batch.end;
  set.nextOffset = Math.max(set.nextOffset, batch.lastOffset + 1);
}

function isNeeded(set: RecordSet, batch: RecordBatch): boolean {
  // Asked first, and of every batch: it follows the transactions.
  if (set.isAborted(set.bytes, batch)) return false;
  return !batch.isControl && batch.count > 0 && batch.lastOffset >= set.wanted.fetchOffset;
}

function decodeCompressed(set: RecordSet, batch: RecordBatch): 'too-large' | null {
  const inflated = inflate(batch.codec, set.bytes.subarray(batch.recordsStart, batch.end));
  if (Buffer.isBuffer(inflated)) {
    set.inflated.bytes += inflated.length;
    decodeInto(set, batch, inflated, 0, inflated.length);
    return null;
  }
  if (inflated.reason === 'too-large') return 'too-large';
  const kind = inflated.reason === 'unknown-codec' ? 'UNKNOWN_CODEC' : 'CORRUPT';
  set.fault = { kind, offset: batch.baseOffset, message: inflated.message };
  return null;
}

function decodeInto(set: RecordSet, batch: RecordBatch, bytes: Buffer, start: number, end: number): void {
  const problem = readRecords(bytes, start, end, batch, set.wanted, set.records);
  if (problem === null) set.sizeBytes += end - start;
  else set.fault = { kind: 'CORRUPT', offset: batch.baseOffset, message: problem };
}

const FAULTS = {
  corrupt: { kind: 'CORRUPT', message: 'the header of a record batch makes no sense' },
  'wrong-checksum': { kind: 'CORRUPT', message: 'a record batch does not have the checksum that it names' },
  'old-format': { kind: 'OLD_FORMAT', message: 'records in a format from before Kafka 0.11' },
} as const;
