import { expect, test } from 'vitest';
import { ROOM_FOR_HEADS_BYTES } from '@event-pipeline/runtime/kafkajs/encode-produce.ts';
import { createGrowingBatches } from '@event-pipeline/runtime/kafkajs/growing-batch.ts';
import { batchOf, maySend, type LetterQueue, type Posting } from '../src/letter-batch.ts';

const newBatch = createGrowingBatches(ROOM_FOR_HEADS_BYTES);
const sizes = new Map<Posting, number>();

/** A posting whose letter has so many bytes; null for one that must not be sent. */
function posting(bytes: number | null, sizeBytes = 0): Posting {
  const made: Posting = {
    placeOfKey: { buffer: Buffer.alloc(0), keyStart: -1, keyEnd: -1 },
    partition: 0,
    sizeBytes,
    make: () =>
      bytes === null
        ? null
        : {
            key: null,
            value: Buffer.alloc(bytes, 'x'),
            encodedHeaders: { count: 0, bytes: Buffer.alloc(0) },
          },
    taken: () => undefined,
    refused: () => undefined,
  };
  sizes.set(made, bytes ?? 0);
  return made;
}

const queueOf = (waiting: Posting[], sends = 0, isResting = false): LetterQueue => ({
  waiting,
  sends,
  stirred: false,
  isResting,
});

const KIB = 1024;

/** The sizes of the letters in each batch. */
function batchesOf(waiting: Posting[]): [string, number[]][] {
  const queue = queueOf(waiting);
  const batches: [string, number[]][] = [];
  while (queue.waiting.length > 0) {
    const batch = batchOf(queue, newBatch);
    if (batch === null) continue;
    expect(batch.records.count).toBe(batch.postings.length);
    batches.push([batch.compression, batch.postings.map((one) => sizes.get(one) ?? 0)]);
  }
  return batches;
}

test('letters go together up to 500, or 512 KiB', () => {
  const many = Array.from({ length: 1_001 }, () => posting(1));
  expect(batchesOf(many).map(([, sizes]) => sizes.length)).toEqual([500, 500, 1]);
  const some = Array.from({ length: 20 }, () => posting(60 * KIB));
  expect(batchesOf(some).map(([, sizes]) => sizes.length)).toEqual([9, 9, 2]);
});

test('the letter of a large record goes alone, and compressed', () => {
  const large = posting(80 * KIB, 70 * KIB);
  expect(batchesOf([posting(1), large, posting(2), posting(3)])).toEqual([
    ['none', [1]],
    ['gzip', [80 * KIB]],
    ['none', [2, 3]],
  ]);
});

test('a letter that only becomes large is compressed with those beside it', () => {
  expect(batchesOf([posting(1), posting(70 * KIB, KIB)])).toEqual([['gzip', [1, 70 * KIB]]]);
});

test('a letter that must not be sent now is left out', () => {
  expect(batchesOf([posting(null), posting(5), posting(null)])).toEqual([['none', [5]]]);
  const queue = queueOf([posting(null)]);
  expect([batchOf(queue, newBatch), queue.waiting]).toEqual([null, []]);
});

test('batches go side by side only where they are full, and three at most', () => {
  const full = Array.from({ length: 500 }, () => posting(1));
  expect(maySend(queueOf([], 0))).toBe(false);
  expect(maySend(queueOf([posting(1)], 0))).toBe(true);
  expect(maySend(queueOf([posting(1)], 1))).toBe(false);
  expect(maySend(queueOf(full, 2))).toBe(true);
  expect(maySend(queueOf(full, 3))).toBe(false);
  expect(maySend(queueOf([posting(1)], 0, true))).toBe(false);
  expect(maySend(queueOf(full.slice(0, 49), 0, true))).toBe(false);
  expect(maySend(queueOf(full.slice(0, 50), 0, true))).toBe(true);
});

test('a letter that finds no memory is refused, and those beside it go out', () => {
  const refusals: unknown[] = [];
  const failing = { ...posting(3), refused: (error: unknown) => void refusals.push(error) };
  const noMemory = new RangeError('Array buffer allocation failed');
  const short = () => {
    const batch = newBatch();
    const add: typeof batch.add = (message) => {
      if (message.value?.length === 3) throw noMemory;
      return batch.add(message);
    };
    return Object.create(batch, { add: { value: add } }) as typeof batch;
  };
  const beside = [posting(1), posting(2)];
  const batch = batchOf(queueOf([beside[0], failing, beside[1]] as Posting[]), short);
  expect(batch?.postings).toEqual(beside);
  expect(batch?.records.count).toBe(2);
  expect(refusals).toEqual([noMemory]);
});
