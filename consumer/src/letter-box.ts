import { faultOf } from '@event-pipeline/runtime/kafkajs/errors.ts';
import type { KafkaCluster } from '@event-pipeline/runtime/kafkajs/cluster.ts';
import { partitionForKey } from '@event-pipeline/runtime/kafkajs/murmur2.ts';
import { createSender, type Sender } from '@event-pipeline/runtime/kafkajs/send.ts';
import type { LetterMessage } from '@event-pipeline/schemas/dead-letter.ts';

export interface LetterBox {
  /** Resolves when the letter is acknowledged; rejects with what `faultOf` reads, also when it may have been written. */
  post(letter: LetterMessage, sourcePartition: number): Promise<void>;
  /** The dead letter topic may have been made anew: its layout is to be learned again. */
  forgetLayout(): void;
  close(): void;
}

interface Posted {
  readonly letter: LetterMessage;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

const MAX_BATCH_LETTERS = 500;
const MAX_BATCH_BYTES = 512 * 1024;
/** From here on a letter goes compressed, and alone: it shares no fate with others. */
const LARGE_BYTES = 64 * 1024;
const SEND_TIMEOUT_MS = 10_000;
/** So many failures of the connection in a row, and it is made anew from the bootstrap servers. */
const RENEW_AFTER_FAILURES = 2;

/**
 * Sends letters to the dead letter topic, those that come while a send is under way together in the next one: a letter
 * each time would cost a round trip a record. One send at a time and partition, in the order of posting. A batch that
 * fails fails each of its letters; whose turn comes again is not decided here.
 */
export function createLetterBox(options: {
  readonly topic: string;
  readonly createCluster: () => KafkaCluster;
}): LetterBox {
  const queues = new Map<number, Posted[]>();
  const sending = new Set<number>();
  let cluster = options.createCluster();
  let sender: Sender = createSender({ cluster });
  let connecting: Promise<number> | null = null;
  let failures = 0;
  let closed = false;

  /** How many partitions the topic has; asks at most once for all who wait. */
  function partitionCount(): Promise<number> {
    connecting ??= (async () => {
      await cluster.connect();
      return await sender.partitionsOf(options.topic);
    })().catch((error: unknown) => {
      failed(error);
      throw error;
    });
    return connecting;
  }

  function failed(error: unknown): void {
    const { network, type } = faultOf(error);
    connecting = null;
    if (!network && type !== 'BROKER_NOT_FOUND') return;
    failures += 1;
    if (failures < RENEW_AFTER_FAILURES || closed) return;
    failures = 0;
    void cluster.disconnect().catch(() => undefined);
    cluster = options.createCluster();
    sender = createSender({ cluster });
  }

  async function post(letter: LetterMessage, sourcePartition: number): Promise<void> {
    const count = await partitionCount();
    const partition = letter.key === null ? sourcePartition % count : partitionForKey(letter.key, count);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const queue = queues.get(partition) ?? [];
    queues.set(partition, queue);
    queue.push({ letter, resolve, reject });
    if (!sending.has(partition)) void drain(partition, queue);
    await promise;
  }

  async function drain(partition: number, queue: Posted[]): Promise<void> {
    sending.add(partition);
    // Letters of the same moment go together: those that are posted within this tick.
    await Promise.resolve();
    while (queue.length > 0) await sendBatch(partition, takeBatch(queue));
    sending.delete(partition);
  }

  async function sendBatch(partition: number, batch: readonly Posted[]): Promise<void> {
    try {
      await sender.send({
        topic: options.topic,
        partition,
        messages: batch.map(({ letter }) => letter),
        compression: sizeOf(batch[0]) >= LARGE_BYTES ? 'gzip' : 'none',
        timeoutMs: SEND_TIMEOUT_MS,
      });
      failures = 0;
      for (const { resolve } of batch) resolve();
    } catch (error) {
      if (isTooLarge(error) && batch.length > 1) {
        for (const posted of batch) await sendBatch(partition, [posted]);
        return;
      }
      failed(error);
      for (const { reject } of batch) reject(error);
    }
  }

  return {
    post,
    forgetLayout: () => {
      connecting = null;
      cluster.expireMetadata();
    },
    close: () => {
      closed = true;
      void cluster.disconnect().catch(() => undefined);
    },
  };
}

function takeBatch(queue: Posted[]): Posted[] {
  let bytes = sizeOf(queue[0]);
  let count = 1;
  while (count < queue.length && count < MAX_BATCH_LETTERS) {
    bytes += sizeOf(queue[count]);
    if (bytes > MAX_BATCH_BYTES) break;
    count += 1;
  }
  return queue.splice(0, count);
}

function sizeOf(posted: Posted | undefined): number {
  return (posted?.letter.value.length ?? 0) + (posted?.letter.key?.length ?? 0);
}

function isTooLarge(error: unknown): boolean {
  return ['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE'].includes(faultOf(error).type);
}
