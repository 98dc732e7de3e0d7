/** Writes the records of a soak at a steady pace. Sends how many are acknowledged, every second, and after 'end' once more. */
import { setTimeout as pause } from 'node:timers/promises';
import { partitionForKey } from '@event-pipeline/runtime/kafkajs/murmur2.ts';
import { stockClient } from '../../cell/kafka-client.ts';
import { PARTITIONS, recordOf, RECORDS_PER_SEC } from '../plan.ts';

const TICK_MS = 50;
/** After a halt of the machine, the pace is caught up with in sends of this size. */
const SEND_MAX_RECORDS = 1_000;
const SAY_MS = 1_000;

const [bootstrap = '', ...topics] = process.argv.slice(2);
// Idempotent, and one send at a time: what is written again after a time-out stands once.
const producer = stockClient(bootstrap, 'soak-writer').producer({
  idempotent: true,
  maxInFlightRequests: 1,
  allowAutoTopicCreation: false,
});
let written = 0;
const ended = new AbortController();

function messageOf(number: number) {
  const { key, ...record } = recordOf(number);
  return { key, ...record, partition: partitionForKey(Buffer.from(key), PARTITIONS) };
}

async function send(count: number): Promise<void> {
  const numbers = Array.from({ length: count }, (_, at) => written + at);
  const topicMessages = topics.map((topic, at) => ({
    topic,
    messages: numbers.filter((number) => number % topics.length === at).map(messageOf),
  }));
  await producer.sendBatch({ acks: -1, topicMessages });
  written += count;
}

process.on('message', () => ended.abort());
process.on('disconnect', () => process.exit(1));
await producer.connect();
const startedMs = performance.now();
const saying = setInterval(() => process.send?.(written), SAY_MS);
while (!ended.signal.aborted) {
  const due = ((performance.now() - startedMs) / 1_000) * RECORDS_PER_SEC - written;
  if (due >= 1) await send(Math.min(Math.floor(due), SEND_MAX_RECORDS));
  await pause(due > SEND_MAX_RECORDS ? 0 : TICK_MS);
}
clearInterval(saying);
await producer.disconnect();
process.send?.(written, () => process.exit(0));
