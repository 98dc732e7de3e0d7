import { createHash } from 'node:crypto';
import { FetchedRecord } from './fetched-record.ts';

/** A key, and all headers of a record together, are kept up to this size where the record itself is too large. */
export const KEPT_PART_MAX_BYTES = 64 * 1024;

/**
 * What is kept of a record above the bound: its key and headers while they are small, digests of the rest. It holds
 * nothing of the buffer that the record came in.
 */
export function tooLargeRecord(record: FetchedRecord): FetchedRecord {
  const { key, value, headerCount } = record;
  const headerBytes = record.buffer.subarray(record.headersStart, record.headersEnd);
  return digestedRecord({
    offset: record.offset,
    timestamp: record.timestamp,
    key,
    keySha256: keptOrDigested(key),
    bytes: record.sizeBytes,
    valueSha256: value === null ? null : sha256Of(value),
    headerBytes,
    headersSha256: keptOrDigested(headerBytes),
    headerCount,
  });
}

/** The facts about a record whose value is not kept. A part that has a digest is not kept either. */
export interface DigestedRecord {
  readonly offset: number;
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly keySha256: string | null;
  readonly bytes: number;
  readonly valueSha256: string | null;
  /** All headers as they are on the wire, without their number. */
  readonly headerBytes: Buffer;
  readonly headersSha256: string | null;
  readonly headerCount: number;
}

/** Builds the record around copies of what is kept. */
export function digestedRecord(facts: DigestedRecord): FetchedRecord {
  const key = facts.keySha256 === null ? facts.key : null;
  const keptHeaders = facts.headersSha256 === null;
  const keyBytes = key ?? Buffer.alloc(0);
  const buffer = Buffer.concat(keptHeaders ? [keyBytes, facts.headerBytes] : [keyBytes]);
  return new FetchedRecord(
    facts.offset,
    facts.timestamp,
    buffer,
    key === null ? -1 : 0,
    key === null ? -1 : keyBytes.length,
    -1,
    -1,
    keyBytes.length,
    buffer.length,
    keptHeaders ? facts.headerCount : 0,
    {
      bytes: facts.bytes,
      sha256: facts.valueSha256,
      keySha256: facts.keySha256,
      headersSha256: facts.headersSha256,
    },
  );
}

function keptOrDigested(part: Buffer | null): string | null {
  return part === null || part.length <= KEPT_PART_MAX_BYTES ? null : sha256Of(part);
}

function sha256Of(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
