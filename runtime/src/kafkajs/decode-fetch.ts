import { type AbortedTransaction, trackAborted } from './aborted-transactions.ts';
import { type DecodeFault, decodeRecordSet, type RecordSet } from './decode-record-set.ts';
import type { FetchedRecord } from './fetched-record.ts';
import { ResponseReader } from './response-reader.ts';

export type { DecodeFault } from './decode-record-set.ts';

/** What came of one partition. Offsets are doubles, exact below 2^53. */
export interface FetchedPartition {
  readonly topic: string;
  readonly partition: number;
  /** Kafka's error code, 0 for none. */
  readonly errorCode: number;
  readonly highWatermark: number;
  readonly lastStableOffset: number;
  readonly logStartOffset: number;
  /** The broker to fetch from instead; −1 for none. */
  readonly preferredReadReplica: number;
  /** In the order of their offsets, none below the fetch offset, none of an aborted transaction. */
  readonly records: FetchedRecord[];
  /** Where the next fetch begins: behind the last complete batch; the fetch offset if there was none. */
  readonly nextOffset: number;
  /** Bytes that the records hold in memory, inflated. */
  readonly sizeBytes: number;
  readonly fault: DecodeFault | null;
}

export interface FetchResponse {
  readonly throttleTimeMs: number;
  readonly errorCode: number;
  readonly partitions: FetchedPartition[];
  /** Not null: the response itself is garbled, and `partitions` ends where that was noticed. */
  readonly fault: string | null;
}

export interface FetchWanted {
  /** The offset that the request asked for. */
  fetchOffset(topic: string, partition: number): number;
  readonly maxRecordBytes: number;
}

/**
 * Decodes a response to Fetch version 11 (https://kafka.apache.org/protocol#The_Messages_Fetch):
 *
 *   throttle_time_ms int32 · error_code int16 · session_id int32 · [topic string · [partition_index int32 ·
 *   error_code int16 · high_watermark int64 · last_stable_offset int64 · log_start_offset int64 ·
 *   aborted_transactions [producer_id int64 · first_offset int64] · preferred_read_replica int32 · records bytes]]
 *
 * Bytes that make no sense are a `fault` of their partition, and the others decode; nothing throws.
 *
 * @param payload - behind the correlation id; the records keep it alive
 */
export function decodeFetchResponse(
  payload: Buffer,
  wanted: FetchWanted,
): FetchResponse | Promise<FetchResponse> {
  const reader = new ResponseReader(payload);
  const throttleTimeMs = reader.int32();
  const errorCode = reader.int16();
  reader.skip(4);
  const partitions: FetchedPartition[] = [];
  const topicCount = reader.int32();
  for (let topic = 0; topic < topicCount && !reader.isOverrun; topic++) {
    const name = reader.string();
    const partitionCount = reader.int32();
    for (let index = 0; index < partitionCount && !reader.isOverrun; index++) {
      const partition = readPartition(reader, name, wanted);
      if (partition !== null) partitions.push(partition);
    }
  }
  const fault = reader.isOverrun ? `the response ends within a field, at byte ${reader.at}` : null;
  return { throttleTimeMs, errorCode, partitions, fault };
}

function readPartition(reader: ResponseReader, topic: string, wanted: FetchWanted): FetchedPartition | null {
  const head = {
    topic,
    partition: reader.int32(),
    errorCode: reader.int16(),
    highWatermark: reader.int64(),
    lastStableOffset: reader.int64(),
    logStartOffset: reader.int64(),
  };
  const aborted = readAborted(reader);
  const preferredReadReplica = reader.int32();
  const length = Math.max(reader.int32(), 0);
  const start = reader.skip(length);
  if (reader.isOverrun) return null;
  const fetchOffset = wanted.fetchOffset(topic, head.partition);
  const set: RecordSet = {
    bytes: reader.bytes,
    at: start,
    end: reader.at,
    wanted: { fetchOffset, maxRecordBytes: wanted.maxRecordBytes },
    isAborted: aborted.length === 0 ? never : trackAborted(aborted),
    records: [],
    nextOffset: fetchOffset,
    sizeBytes: 0,
    inflatedBytes: 0,
    fault: null,
  };
  decodeRecordSet(set);
  const { records, nextOffset, sizeBytes, fault } = set;
  return { ...head, preferredReadReplica, records, nextOffset, sizeBytes, fault };
}

function readAborted(reader: ResponseReader): AbortedTransaction[] {
  const aborted: AbortedTransaction[] = [];
  const count = reader.int32();
  for (let index = 0; index < count && !reader.isOverrun; index++) {
    aborted.push({ producerId: reader.int64(), firstOffset: reader.int64() });
  }
  return aborted;
}

function never(): boolean {
  return false;
}
