import type { RecordBatch } from './record-batch.ts';
import { readVarint, readVarlong } from './varint.ts';

export interface AbortedTransaction {
  readonly producerId: number;
  /** The first offset that the producer wrote in it. */
  readonly firstOffset: number;
}

/** The control record's type that ends an aborted transaction (1 is a commit). */
const ABORT = 0;

/**
 * Tells which batches belong to aborted transactions, given all of a partition's batches in their order. A broker
 * lists the transactions in the order of their *last* offsets, and several can be open at once; so they are sorted
 * by where they begin, and each lasts from there until its producer's abort marker.
 */
export function trackAborted(aborted: AbortedTransaction[]): (bytes: Buffer, batch: RecordBatch) => boolean {
  const coming = aborted.toSorted((one, other) => one.firstOffset - other.firstOffset);
  const active = new Set<number>();
  let next = 0;
  return function isAborted(bytes, batch) {
    for (; next < coming.length; next++) {
      const transaction = coming[next] as AbortedTransaction;
      if (transaction.firstOffset > batch.lastOffset) break;
      active.add(transaction.producerId);
    }
    if (!batch.isTransactional || !active.has(batch.producerId)) return false;
    if (batch.isControl && controlTypeOf(bytes, batch) === ABORT) active.delete(batch.producerId);
    return true;
  };
}

/**
 * The type of a control batch's only record, from its key: version int16, type int16.
 * @returns null where there is no such key (compaction can take a marker away)
 */
function controlTypeOf(bytes: Buffer, batch: RecordBatch): number | null {
  if (batch.count < 1) return null;
  const cursor = { at: batch.recordsStart };
  readVarint(bytes, cursor); // length
  cursor.at++; // attributes
  readVarlong(bytes, cursor); // timestamp delta
  readVarint(bytes, cursor); // offset delta
  const keyLength = readVarint(bytes, cursor);
  return keyLength < 4 || cursor.at + 4 > batch.end ? null : bytes.readInt16BE(cursor.at + 2);
}
