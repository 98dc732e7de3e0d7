// The loop that people write with kafkajs, and as fast as they would write it: eachBatch over the batch, JSON.parse, Ajv,
// dead letters in one send before the batch is resolved, auto-commit after each batch.
import kafkajs, { type EachBatchPayload, type KafkaMessage } from 'kafkajs';
import { Committed, Marks, readTask } from './subject.ts';
import { noteArrival } from './timed-handler.ts';
import { parseAndValidate } from './validate.ts';

const { CompressionCodecs, CompressionTypes, Kafka, logLevel } = kafkajs;
const task = readTask();
const { commitEvery } = task;

if (task.topic.includes('lz4')) {
  const { compressFrame, decompressFrame } = await import('lz4-napi');
  CompressionCodecs[CompressionTypes.LZ4] = () => ({
    compress: ({ buffer }: { buffer: Buffer }) => compressFrame(buffer),
    decompress: decompressFrame,
  });
}

const kafka = new Kafka({
  clientId: 'bare-loop',
  brokers: task.bootstrap.split(','),
  logLevel: logLevel.ERROR,
});
const producer = kafka.producer();
const consumer = kafka.consumer({ groupId: task.groupId });
const marks = new Marks(task);
const committed = new Committed();

consumer.on(consumer.events.COMMIT_OFFSETS, ({ payload }) => {
  let sum = 0;
  for (const { topic, partitions } of payload.topics) {
    for (const { partition, offset } of partitions) sum = committed.take(topic, partition, Number(offset));
  }
  marks.reached(sum);
});

/** @returns whether the message is to be a dead letter. */
function isRefused({ value }: KafkaMessage): boolean {
  const event = value === null ? null : parseAndValidate(value.toString());
  if (event === null) return true;
  if (task.handler === 'timed') noteArrival(event.payload.sentAtUs ?? 0, task.total);
  return false;
}

async function sendLetters(letters: readonly KafkaMessage[]): Promise<void> {
  if (letters.length === 0) return;
  const messages = letters.map(({ key, value, headers }) => ({ key, value, headers: headers ?? {} }));
  await producer.send({ topic: task.deadLetterTopic, acks: -1, messages });
}

async function eachBatch({ batch, resolveOffset }: EachBatchPayload): Promise<void> {
  const letters: KafkaMessage[] = [];
  for (const message of batch.messages) if (isRefused(message)) letters.push(message);
  await sendLetters(letters);
  resolveOffset(batch.lastOffset());
}

async function eachBatchWithCommits(
  { batch, resolveOffset }: EachBatchPayload,
  every: number,
): Promise<void> {
  const { topic, partition, messages } = batch;
  for (let from = 0; from < messages.length; from += every) {
    const part = messages.slice(from, from + every);
    await sendLetters(part.filter(isRefused));
    const last = part.at(-1)?.offset ?? '0';
    resolveOffset(last);
    await consumer.commitOffsets([{ topic, partition, offset: String(BigInt(last) + 1n) }]);
  }
}

await producer.connect();
await consumer.connect();
await consumer.subscribe({ topic: task.topic, fromBeginning: true });
await consumer.run(
  commitEvery === null
    ? { eachBatch }
    : { autoCommit: false, eachBatch: (payload) => eachBatchWithCommits(payload, commitEvery) },
);
