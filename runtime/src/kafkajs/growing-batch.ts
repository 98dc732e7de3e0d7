import type { OutgoingMessage } from './broker-types.ts';
import { measure, RecordWriter, varintBytes, type Measured } from './write-records.ts';

const FIRST_BYTES = 64 * 1024;
/** Larger memory is not used again: one large batch would hold it for ever. */
const KEPT_BYTES = 2 * 1024 * 1024;
const MAX_KEPT = 4;
const KEPT_PARTS = 256;

/** The records of a batch in the order in which they were added, all with the batch's time. */
export interface GrowingBatch {
  readonly count: number;
  readonly timestampMs: number;
  /** The memory up to the last record's end; the records begin at `recordsStart`, and what is in front of them is free. */
  readonly bytes: Buffer;
  readonly recordsStart: number;
  /** Writes the message at once: nothing of it is kept. Its own timestamp is not looked at. @returns the record's bytes */
  add(message: OutgoingMessage): number;
  /** To be called when nobody looks at the bytes any more, and the broker has them: their memory is used again. */
  giveBack(): void;
}

/**
 * Makes batches whose records are written as they come. Messages that wait for their batch, buffers for their values, and a
 * buffer for each request outlive the collector's young generation; here a batch takes the memory of an earlier one.
 *
 * @param recordsStart - so many bytes are left free in front of the records
 * @param nowMs - the time of a batch that is begun, in milliseconds since the epoch
 */
export function createGrowingBatches(
  recordsStart: number,
  nowMs: () => number = Date.now,
): () => GrowingBatch {
  const spare: Buffer[] = [];
  const scratch: Measured = { parts: [], sizes: [], used: 0 };

  return () => {
    let memory = spare.pop() ?? Buffer.allocUnsafeSlow(FIRST_BYTES);
    let used = recordsStart;
    let count = 0;

    function makeRoom(bytes: number): void {
      if (used + bytes <= memory.length) return;
      const larger = Buffer.allocUnsafeSlow(Math.max(used + bytes, memory.length * 2));
      memory.copy(larger, 0, 0, used);
      memory = larger;
    }

    function add(message: OutgoingMessage): number {
      scratch.used = 0;
      const length = measure(message, count, 0, scratch);
      const bytes = varintBytes(length * 2) + length;
      makeRoom(bytes);
      const writer = new RecordWriter(memory, used);
      writer.head(length, 0, count);
      writer.body(scratch.parts, scratch.sizes, 0, scratch.used, message.encodedHeaders);
      // Nothing of a message is kept; the list's own memory is, as long as it is small.
      if (scratch.used > KEPT_PARTS) scratch.parts.length = scratch.sizes.length = 0;
      else scratch.parts.fill(null, 0, scratch.used);
      used += bytes;
      count += 1;
      return bytes;
    }

    return {
      timestampMs: nowMs(),
      recordsStart,
      get count() {
        return count;
      },
      get bytes() {
        return memory.subarray(0, used);
      },
      add,
      giveBack: () => {
        if (memory.length <= KEPT_BYTES && spare.length < MAX_KEPT) spare.push(memory);
      },
    };
  };
}
