import { ROOM_FOR_HEADS_BYTES } from '@event-pipeline/runtime/kafkajs/encode-produce.ts';
import { faultOf, isTooLarge } from '@event-pipeline/runtime/kafkajs/errors.ts';
import { createGrowingBatches } from '@event-pipeline/runtime/kafkajs/growing-batch.ts';
import type { KafkaCluster } from '@event-pipeline/runtime/kafkajs/cluster.ts';
import { partitionForKey } from '@event-pipeline/runtime/kafkajs/murmur2.ts';
import { createSender, WITHDRAWN } from '@event-pipeline/runtime/kafkajs/send.ts';
import { batchOf, maySend, type LetterBatch, type LetterQueue, type Posting } from './letter-batch.ts';
import { createLetterClock } from './letter-clock.ts';
import type { Permit } from './letter-permit.ts';

export interface LetterBox {
  /** The posting is told what became of it, in this tick or any later one. */
  post(posting: Posting): void;
  /** What comes next may wait for letters that wait for more of them: they go now. */
  hurry(): void;
  /** The dead letter topic may have been made anew: its layout is to be learned again. */
  forgetLayout(): void;
  close(): void;
}

const SEND_TIMEOUT_MS = 10_000;
/** Where one letter in a hundred records goes out at once, requests cost more than letters. */
const REST_MS = 5;
/** So many failures of the connection in a row, and it is made anew from the bootstrap servers. */
const RENEW_AFTER_FAILURES = 2;

/**
 * Sends letters to the dead letter topic, those that come while a send is under way together in the next one: a letter
 * each time would cost a round trip a record. Letters are made only when their batch is: what waits is small. A key has one
 * letter under way, the next of its records waits for it: so full batches of a partition may go out side by side. Behind one
 * that had several the next waits for a moment, to have more of them, unless nothing else can be done meanwhile. A batch
 * that fails fails each of its letters, but where one of them may be to blame: then each goes alone. Whose turn comes again
 * is not decided here.
 */
export function createLetterBox(options: {
  readonly topic: string;
  readonly createCluster: () => KafkaCluster;
  /**
   * A batch has its permit from when it is made; its bytes go out later where the leader and the connection are waited for.
   * Letters that may not be written any more are refused as WITHDRAWN.
   */
  readonly newPermit: () => Permit;
}): LetterBox {
  const queues = new Map<number, LetterQueue>();
  const clock = createLetterClock();
  const newBatch = createGrowingBatches(ROOM_FOR_HEADS_BYTES, clock.nowMs);
  let cluster = options.createCluster();
  /** How many partitions the topic has, as far as that is known. */
  let count: number | null = null;
  let connecting: Promise<number> | null = null;
  let failures = 0;
  let closed = false;

  /** Asks at most once for all who wait. */
  function partitionCount(): Promise<number> {
    connecting ??= (async () => {
      await cluster.connect();
      return (count = await createSender({ cluster }).partitionsOf(options.topic));
    })().catch((error: unknown) => {
      failed(error);
      throw error;
    });
    return connecting;
  }

  function failed(error: unknown): void {
    const { network, type } = faultOf(error);
    forgetCount();
    if (type === 'INVALID_TIMESTAMP') clock.refused();
    if (!network && type !== 'BROKER_NOT_FOUND') return;
    failures += 1;
    if (failures < RENEW_AFTER_FAILURES || closed) return;
    failures = 0;
    void cluster.disconnect().catch(() => undefined);
    cluster = options.createCluster();
  }

  function forgetCount(): void {
    connecting = null;
    count = null;
  }

  function post(posting: Posting): void {
    if (count !== null) enqueue(posting, count);
    else
      partitionCount().then(
        (known) => enqueue(posting, known),
        (error: unknown) => posting.refused(error),
      );
  }

  function enqueue(posting: Posting, partitions: number): void {
    const partition = partitionOf(posting, partitions);
    let queue = queues.get(partition);
    if (queue === undefined)
      queues.set(partition, (queue = { waiting: [], sends: 0, stirred: false, isResting: false }));
    queue.waiting.push(posting);
    stir(partition, queue);
  }

  /** Letters of the same moment go together: those that are posted within this tick. */
  function stir(partition: number, queue: LetterQueue): void {
    if (queue.stirred) return;
    queue.stirred = true;
    queueMicrotask(() => {
      queue.stirred = false;
      while (maySend(queue)) {
        const batch = batchOf(queue, newBatch);
        if (batch !== null) void sendFrom(queue, partition, batch);
      }
    });
  }

  function rest(partition: number, queue: LetterQueue): void {
    if (queue.isResting) return;
    queue.isResting = true;
    setTimeout(endRest, REST_MS, partition, queue);
  }

  function endRest(partition: number, queue: LetterQueue): void {
    if (!queue.isResting) return;
    queue.isResting = false;
    stir(partition, queue);
  }

  async function sendFrom(queue: LetterQueue, partition: number, batch: LetterBatch): Promise<void> {
    queue.sends += 1;
    await sendBatch(partition, batch);
    queue.sends -= 1;
    // One alone may be of a key whose next record waits for it: then nothing more would come.
    if (batch.postings.length > 1) rest(partition, queue);
    stir(partition, queue);
  }

  /** @returns why it was refused; null where it was taken, or told to each of its letters alone */
  async function sendBatch(partition: number, batch: LetterBatch): Promise<unknown> {
    const { postings, records, compression } = batch;
    const mayWrite = options.newPermit();
    try {
      // A sender of its own: one sends to a partition one after another, which here nobody needs.
      const sender = createSender({ cluster });
      await sender.send({
        topic: options.topic,
        partition,
        messages: records,
        compression,
        timeoutMs: SEND_TIMEOUT_MS,
        mayWrite,
      });
      failures = 0;
    } catch (error) {
      const { type } = faultOf(error);
      if (mayBeOnes(type) && postings.length > 1) {
        await sendEachAlone(partition, postings);
        return null;
      }
      if (type !== WITHDRAWN) failed(error);
      for (const posting of postings) posting.refused(error);
      return error;
    }
    records.giveBack();
    for (const posting of postings) posting.taken();
    return null;
  }

  /** The letters are made anew. What stops one and is none of its own doing, an outage say, stops the rest. */
  async function sendEachAlone(partition: number, postings: readonly Posting[]): Promise<void> {
    for (const [i, posting] of postings.entries()) {
      const batch = batchOf({ waiting: [posting], sends: 0, stirred: false, isResting: false }, newBatch);
      const error = batch === null ? null : await sendBatch(partition, batch);
      if (error === null || mayBeOnes(faultOf(error).type)) continue;
      for (const left of postings.slice(i + 1)) left.refused(error);
      return;
    }
  }

  return {
    post,
    hurry: () => queues.forEach((queue, partition) => endRest(partition, queue)),
    forgetLayout: () => {
      forgetCount();
      cluster.expireMetadata();
    },
    close: () => {
      closed = true;
      void cluster.disconnect().catch(() => undefined);
    },
  };
}

function partitionOf({ placeOfKey, partition }: Posting, partitions: number): number {
  if (partitions === 1) return 0;
  const { buffer, keyStart, keyEnd } = placeOfKey;
  return keyStart < 0 ? partition % partitions : partitionForKey(buffer, partitions, keyStart, keyEnd);
}

/** Whether one letter of a batch may have brought it on all. A compacted topic takes none without a key: INVALID_RECORD. */
const mayBeOnes = (type: string): boolean => isTooLarge(type) || type === 'INVALID_RECORD';
