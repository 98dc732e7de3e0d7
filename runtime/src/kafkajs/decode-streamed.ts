import { decodeRecordSet, isInflatedEnough, pass, type RecordSet } from './decode-record-set.ts';
import type { FetchedRecord } from './fetched-record.ts';
import { MAX_INFLATED_BYTES } from './inflate.ts';
import { inflatePieces } from './inflate-pieces.ts';
import type { RecordBatch } from './record-batch.ts';
import { createRecordStream } from './record-stream.ts';

/** Of a decode that takes long. */
export interface LongDecode {
  /** Ends it: its promise is then rejected with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Called with each piece that is inflated: it is not stuck. */
  readonly progressed?: () => void;
}

/**
 * Decodes the rest of a record set, from the batch in front of which `decodeRecordSet` stopped because it is too
 * large to be inflated at once. It is inflated piece by piece, the event loop has its turns in between, and only the
 * records that are kept take memory. Once those of the response have MAX_INFLATED_BYTES the rest is left to
 * the next fetch.
 * @throws the signal's reason once it is aborted
 */
export async function decodeStreamed(set: RecordSet, batch: RecordBatch, long: LongDecode): Promise<void> {
  let large: RecordBatch | null = batch;
  while (large !== null && !isInflatedEnough(set)) {
    const isWhole = await decodeLarge(set, large, long);
    if (!isWhole) return;
    pass(set, large);
    large = decodeRecordSet(set);
  }
}

/** @returns whether the batch is done with */
async function decodeLarge(set: RecordSet, batch: RecordBatch, long: LongDecode): Promise<boolean> {
  const before = set.records.length;
  const stream = createRecordStream(batch, set.wanted, MAX_INFLATED_BYTES - set.inflated.bytes, set.records);
  const problem = await feed(stream, set.bytes.subarray(batch.recordsStart, batch.end), batch.codec, long);
  if (problem !== null) {
    set.records.length = before;
    set.fault = { kind: 'CORRUPT', offset: batch.baseOffset, message: problem };
    return false;
  }
  set.sizeBytes += stream.keptBytes;
  set.inflated.bytes += stream.keptBytes;
  if (stream.isCut) set.nextOffset = (set.records.at(-1) as FetchedRecord).offset + 1;
  return !stream.isCut;
}

/** @returns what is wrong with the bytes, or null */
async function feed(
  stream: ReturnType<typeof createRecordStream>,
  compressed: Buffer,
  codec: number,
  { signal, progressed }: LongDecode,
): Promise<string | null> {
  try {
    for await (const piece of inflatePieces(codec, compressed)) {
      signal?.throwIfAborted();
      progressed?.();
      if (!stream.push(piece)) break;
    }
  } catch (error) {
    signal?.throwIfAborted();
    return (error as Error).message;
  }
  return stream.problem;
}
