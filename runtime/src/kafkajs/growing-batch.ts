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
  const memory: BatchMemory = { spare: [], scratch: { parts: [], sizes: [], used: 0 } };
  return () => new WrittenBatch(memory, recordsStart, nowMs());
}

/** What batches of one maker share. */
interface BatchMemory {
  readonly spare: Buffer[];
  readonly scratch: Measured;
}

/** A class, since it is called for each letter: what is called of an object literal with a getter is looked up each time. */
class WrittenBatch implements GrowingBatch {
  readonly recordsStart: number;
  readonly timestampMs: number;
  count = 0;
  readonly #shared: BatchMemory;
  #memory: Buffer;
  #used: number;

  constructor(shared: BatchMemory, recordsStart: number, timestampMs: number) {
    this.recordsStart = recordsStart;
    this.timestampMs = timestampMs;
    this.#shared = shared;
    this.#memory = shared.spare.pop() ?? Buffer.allocUnsafeSlow(FIRST_BYTES);
    this.#used = recordsStart;
  }

  get bytes(): Buffer {
    return this.#memory.subarray(0, this.#used);
  }

  add(message: OutgoingMessage): number {
    const { scratch } = this.#shared;
    scratch.used = 0;
    const length = measure(message, this.count, 0, scratch);
    const bytes = varintBytes(length * 2) + length;
    this.#makeRoom(bytes);
    const writer = new RecordWriter(this.#memory, this.#used);
    writer.head(length, 0, this.count);
    writer.body(scratch.parts, scratch.sizes, 0, scratch.used, message.encodedHeaders);
    // Nothing of a message is kept; the list's own memory is, as long as it is small.
    if (scratch.used > KEPT_PARTS) scratch.parts.length = scratch.sizes.length = 0;
    else scratch.parts.fill(null, 0, scratch.used);
    this.#used += bytes;
    this.count += 1;
    return bytes;
  }

  giveBack(): void {
    const { spare } = this.#shared;
    if (this.#memory.length <= KEPT_BYTES && spare.length < MAX_KEPT) spare.push(this.#memory);
  }

  #makeRoom(bytes: number): void {
    if (this.#used + bytes <= this.#memory.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#used + bytes, this.#memory.length * 2));
    this.#memory.copy(larger, 0, 0, this.#used);
    this.#memory = larger;
  }
}
