import type { GrowingBatch } from '@event-pipeline/runtime/kafkajs/growing-batch.ts';
import type { Compression } from '@event-pipeline/runtime/kafkajs/send.ts';
import type { LetterMessage } from '@event-pipeline/schemas/dead-letter.ts';
import type { RecordInPlace } from '@event-pipeline/schemas/letter.ts';

/** Where a record's key lies; one that is null from −1 to −1. */
export type PlaceOfKey = Pick<RecordInPlace, 'buffer' | 'keyStart' | 'keyEnd'>;

/** A letter that is to be sent, and is told what became of it. */
export interface Posting {
  /** The original's, as is the partition. */
  readonly placeOfKey: PlaceOfKey;
  readonly partition: number;
  /** Of the original: the letter has more. */
  readonly sizeBytes: number;
  /** Makes the letter, just before it is sent; null where it must not be sent now: then it is told nothing more. */
  make(): LetterMessage | null;
  /** It is acknowledged. */
  taken(): void;
  /** It is not, and may have been written all the same. `faultOf` reads the error. */
  refused(error: unknown): void;
}

export interface LetterQueue {
  waiting: Posting[];
  /** How many batches are under way. */
  sends: number;
  /** Whether somebody will look at it in this tick. */
  stirred: boolean;
  /** The last batch had several letters, and is just over: the next one waits for a moment, unless it has many. */
  isResting: boolean;
}

/** Letters that go out in one request; the postings are those of the records, in their order. */
export interface LetterBatch {
  readonly postings: readonly Posting[];
  readonly records: GrowingBatch;
  readonly compression: Compression;
}

const MAX_SENDS = 3;
const MAX_BATCH_LETTERS = 500;
/** So many do not wait for more. */
const WORTH_A_REQUEST = 50;
const MAX_BATCH_BYTES = 512 * 1024;
/** From here on a letter goes compressed; and alone, where its original has as much: it shares no fate with others. */
const LARGE_BYTES = 64 * 1024;

/** Makes the letters that go out next; null where there are none. */
export function batchOf(queue: LetterQueue, newBatch: () => GrowingBatch): LetterBatch | null {
  const { waiting } = queue;
  const postings: Posting[] = [];
  const records = newBatch();
  let compression: Compression = 'none';
  let bytes = 0;
  let at = 0;
  for (; at < waiting.length && postings.length < MAX_BATCH_LETTERS && bytes < MAX_BATCH_BYTES; at += 1) {
    const posting = waiting[at] as Posting;
    const alone = posting.sizeBytes >= LARGE_BYTES;
    if (alone && postings.length > 0) break;
    const message = posting.make();
    if (message === null) continue;
    const size = sizeIn(records, message, posting);
    if (size === null) continue;
    postings.push(posting);
    bytes += size;
    if (size >= LARGE_BYTES) compression = 'gzip';
    if (alone) {
      at += 1;
      break;
    }
  }
  queue.waiting = at === waiting.length ? [] : waiting.slice(at);
  if (postings.length > 0) return { postings, records, compression };
  records.giveBack();
  return null;
}

/** Adds the letter; where there is no memory for it, that is told to the posting alone, and the others go out. */
function sizeIn(records: GrowingBatch, message: LetterMessage, posting: Posting): number | null {
  try {
    return records.add(message);
  } catch (error) {
    posting.refused(error);
    return null;
  }
}

/** Letters that are few go out one batch after another, and not at once, so that the next one has more of them. */
export function maySend({ waiting, sends, isResting }: LetterQueue): boolean {
  if (waiting.length === 0) return false;
  if (sends > 0) return sends < MAX_SENDS && waiting.length >= MAX_BATCH_LETTERS;
  return !isResting || waiting.length >= WORTH_A_REQUEST;
}
