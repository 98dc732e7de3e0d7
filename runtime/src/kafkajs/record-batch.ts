import { crc32c } from './crc32c.ts';

/**
 * The header of a record batch, format 2 (https://kafka.apache.org/documentation/#recordbatch):
 *
 *   baseOffset int64 · batchLength int32 · partitionLeaderEpoch int32 · magic int8 · crc int32 · attributes int16 ·
 *   lastOffsetDelta int32 · baseTimestamp int64 · maxTimestamp int64 · producerId int64 · producerEpoch int16 ·
 *   baseSequence int32 · records count int32, then the records
 */
export interface RecordBatch {
  readonly baseOffset: number;
  /** The last offset that the batch stands for, also where compaction took its records away. */
  readonly lastOffset: number;
  readonly codec: number;
  readonly isTransactional: boolean;
  readonly isControl: boolean;
  readonly producerId: number;
  /** Milliseconds; the records' deltas count from here. */
  readonly baseTimestamp: number;
  /** The time of the append, for all records of the batch; null where each record has its own. */
  readonly appendTimestamp: number | null;
  readonly count: number;
  readonly recordsStart: number;
  readonly end: number;
}

/** Bytes in front of what `batchLength` counts. */
const LOG_OVERHEAD_BYTES = 12;
const MAGIC_AT = 16;
const CRC_AT = 17;
/** From here on the checksum covers the batch. */
const CHECKED_FROM = 21;
const HEADER_BYTES = 61;

const CODEC_MASK = 0x07;
const LOG_APPEND_TIME = 0x08;
const TRANSACTIONAL = 0x10;
const CONTROL = 0x20;

/** Why there is no batch to read: the response was cut here (ordinary), or the bytes are none of ours. */
export type NoBatch = 'partial' | 'corrupt' | 'wrong-checksum' | 'old-format';

/**
 * Reads the header of the batch at `at`. A broker cuts the last batch where the response is full: `partial`. Brokers
 * before 0.11 wrote message sets instead of batches, and Kafka 4 can't hold them any more: `old-format`.
 */
export function readBatchHeader(bytes: Buffer, at: number, end: number): RecordBatch | NoBatch {
  if (at + LOG_OVERHEAD_BYTES > end) return 'partial';
  const length = bytes.readInt32BE(at + 8);
  if (length < MAGIC_AT + 1 - LOG_OVERHEAD_BYTES) return 'corrupt';
  if (at + MAGIC_AT >= end) return 'partial';
  const magic = bytes[at + MAGIC_AT] as number;
  if (magic < 2) return 'old-format';
  if (magic > 2 || length < HEADER_BYTES - LOG_OVERHEAD_BYTES) return 'corrupt';
  const batchEnd = at + LOG_OVERHEAD_BYTES + length;
  if (batchEnd > end) return 'partial';
  // Nobody else looks: brokers send what is on their disks as it is.
  const isIntact = crc32c(bytes, at + CHECKED_FROM, batchEnd) === bytes.readUInt32BE(at + CRC_AT);
  return isIntact ? parseHeader(bytes, at, batchEnd) : 'wrong-checksum';
}

function parseHeader(bytes: Buffer, at: number, end: number): RecordBatch | 'corrupt' {
  const baseOffset = readInt64(bytes, at);
  const attributes = bytes.readInt16BE(at + 21);
  const lastOffsetDelta = bytes.readInt32BE(at + 23);
  const count = bytes.readInt32BE(at + 57);
  if (baseOffset < 0 || lastOffsetDelta < 0 || count < 0) return 'corrupt';
  return {
    baseOffset,
    lastOffset: baseOffset + lastOffsetDelta,
    codec: attributes & CODEC_MASK,
    isTransactional: (attributes & TRANSACTIONAL) !== 0,
    isControl: (attributes & CONTROL) !== 0,
    producerId: readInt64(bytes, at + 43),
    baseTimestamp: readInt64(bytes, at + 27),
    appendTimestamp: (attributes & LOG_APPEND_TIME) === 0 ? null : readInt64(bytes, at + 35),
    count,
    recordsStart: at + HEADER_BYTES,
    end,
  };
}

/** A signed 64-bit integer as a double, exact below 2^53. */
export function readInt64(bytes: Buffer, at: number): number {
  return bytes.readInt32BE(at) * 2 ** 32 + bytes.readUInt32BE(at + 4);
}
