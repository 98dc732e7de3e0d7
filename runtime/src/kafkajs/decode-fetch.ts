import { protocolErrorName } from './errors.ts';
import { type AbortedTransaction, trackAborted } from './aborted-transactions.ts';
import { type DecodeFault, decodeRecordSet, type RecordSet } from './decode-record-set.ts';
import { decodeStreamed, type LongDecode } from './decode-streamed.ts';
import type { FetchedRecord } from './fetched-record.ts';
import type { RecordBatch } from './record-batch.ts';
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

export interface FetchWanted extends LongDecode {
  /** The offset that the request asked for. */
  fetchOffset(topic: string, partition: number): number;
  /** Key + value + headers, inflated; of a record above only digests are kept. */
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
 * @returns at once, but for a response with a batch that inflates beyond MAX_INFLATED_BYTES: then a promise.
 *   Partitions may be given nothing, or less than came, where the response inflates beyond that
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
  const unfinished: Unfinished[] = [];
  const inflated = { bytes: 0 };
  const topicCount = reader.int32();
  for (let topic = 0; topic < topicCount && !reader.isOverrun; topic++) {
    const name = reader.string();
    const partitionCount = reader.int32();
    for (let index = 0; index < partitionCount && !reader.isOverrun; index++) {
      const read = readPartition(reader, name, wanted, inflated);
      if (read === null) break;
      const large = decodeRecordSet(read.set);
      if (large !== null) unfinished.push({ ...read, large, index: partitions.length });
      partitions.push({ ...read.head, ...outcomeOf(read.set) });
    }
  }
  const fault = reader.isOverrun ? `the response ends within a field, at byte ${reader.at}` : null;
  const response = { throttleTimeMs, errorCode, partitions, fault };
  return unfinished.length === 0 ? response : finish(response, unfinished, wanted);
}

/** What is wrong with the response as a whole; undefined where nothing is. */
export function troubleOf({ errorCode, fault }: FetchResponse): Error | undefined {
  if (errorCode !== 0) return new Error(`the answer is ${protocolErrorName(errorCode)}`);
  return fault === null ? undefined : new Error(fault);
}

type Head = Omit<FetchedPartition, 'records' | 'nextOffset' | 'sizeBytes' | 'fault'>;

interface ReadPartition {
  readonly head: Head;
  readonly set: RecordSet;
}

interface Unfinished extends ReadPartition {
  /** The batch in front of which decoding stopped. */
  readonly large: RecordBatch;
  /** Its place in the response. */
  readonly index: number;
}

async function finish(
  response: FetchResponse,
  unfinished: readonly Unfinished[],
  long: LongDecode,
): Promise<FetchResponse> {
  for (const { head, set, large, index } of unfinished) {
    await decodeStreamed(set, large, long);
    response.partitions[index] = { ...head, ...outcomeOf(set) };
  }
  return response;
}

function outcomeOf({ records, nextOffset, sizeBytes, fault }: RecordSet) {
  return { records, nextOffset, sizeBytes, fault };
}

function readPartition(
  reader: ResponseReader,
  topic: string,
  wanted: FetchWanted,
  inflated: RecordSet['inflated'],
): ReadPartition | null {
  const partition = reader.int32();
  const errorCode = reader.int16();
  const highWatermark = reader.int64();
  const lastStableOffset = reader.int64();
  const logStartOffset = reader.int64();
  const aborted = readAborted(reader);
  const preferredReadReplica = reader.int32();
  const start = reader.skip(Math.max(reader.int32(), 0));
  if (reader.isOverrun) return null;
  const head = {
    topic,
    partition,
    errorCode,
    highWatermark,
    lastStableOffset,
    logStartOffset,
    preferredReadReplica,
  };
  const fetchOffset = wanted.fetchOffset(topic, partition);
  const set: RecordSet = {
    bytes: reader.bytes,
    at: start,
    end: reader.at,
    wanted: { fetchOffset, maxRecordBytes: wanted.maxRecordBytes },
    isAborted: aborted.length === 0 ? never : trackAborted(aborted),
    records: [],
    nextOffset: fetchOffset,
    sizeBytes: 0,
    inflated,
    fault: null,
  };
  return { head, set };
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
