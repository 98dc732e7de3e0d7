import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createGzip } from 'node:zlib';
import type { Letter } from '@event-pipeline/schemas/letter.ts';
import kafkajs from 'kafkajs';
import { expect, test } from 'vitest';
import { ownKafka } from '../../broker/test/own-kafka.ts';
import { readTopics } from '../../producer/test/read-topics.ts';
import {
  BITS,
  encodeBatch,
  encodeBatchAround,
  encodeRecord,
  varint,
} from '../../runtime/test/kafkajs/encode-fetch.ts';
import { produceRaw } from '../../runtime/test/kafkajs/produce-raw.ts';
import { startConsumer, total, until } from './consumer-process.ts';
import { userDeleted } from './written-events.ts';

const TOPIC = 'bomb';
const BOMB_BYTES = 1_000_000_000;
const PIECE = Buffer.alloc(1_000_000);
const BESIDE = 200;

function* pieces(): Generator<Buffer> {
  for (let left = BOMB_BYTES; left > 0; left -= PIECE.length) yield PIECE;
}

/** A record of 1 GB of zeros, without a key, in pieces: the second of its batch. */
function* bomb(): Generator<Buffer> {
  const head = Buffer.concat([Buffer.from([0]), varint(0), varint(1), varint(-1), varint(BOMB_BYTES)]);
  const tail = varint(0);
  yield Buffer.concat([varint(head.length + BOMB_BYTES + tail.length), head]);
  yield* pieces();
  yield tail;
}

/** Between two events in a batch of 1 MB. */
async function bombBatch(): Promise<Buffer> {
  const plain = function* () {
    yield encodeRecord({ value: userDeleted('before') }, 0);
    yield* bomb();
    yield encodeRecord({ value: userDeleted('after') }, 2);
  };
  const inflated = await buffer(Readable.from(plain()).pipe(createGzip({ level: 9 })));
  return encodeBatchAround({ attributes: BITS.gzip, compress: () => inflated }, 3, Buffer.alloc(0));
}

async function bombAndOthers(address: string): Promise<void> {
  const admin = new kafkajs.Kafka({ brokers: [address], logLevel: kafkajs.logLevel.NOTHING }).admin();
  await admin.connect();
  await admin.createTopics({ waitForLeaders: true, topics: [{ topic: TOPIC, numPartitions: 2 }] });
  await admin.disconnect();
  const batch = await bombBatch();
  expect(batch.length).toBeLessThan(1024 * 1024);
  await produceRaw({ address, topic: TOPIC, partition: 0, batch });
  const records = Array.from({ length: BESIDE }, (_, n) => ({ value: userDeleted(`beside-${n}`) }));
  for (const partition of [0, 1])
    await produceRaw({ address, topic: TOPIC, partition, batch: encodeBatch({ records }) });
}

test('1 MB that inflates to 1 GB becomes a letter; the records beside it are handled, those of its batch too', async () => {
  const kafka = await ownKafka();
  await kafka.start();
  await bombAndOthers(kafka.bootstrap);
  const consumer = await startConsumer({ KAFKA_BOOTSTRAP_SERVERS: kafka.bootstrap, KAFKA_TOPICS: TOPIC });
  // 1 GB is inflated and digested: seconds of a core, of which a loaded machine gives little.
  await until(
    async () => total(await consumer.metrics(), 'consumer_records_settled_total') >= 3 + 2 * BESIDE,
    150_000,
  );
  expect(await consumer.end('SIGTERM')).toBe(0);

  const handled = consumer.lines.filter(({ msg }) => msg === 'handled');
  expect(handled).toHaveLength(2 + 2 * BESIDE);
  const ofBatch = handled.filter(({ partition }) => partition === 0).slice(0, 2);
  expect(ofBatch.map(({ eventId, offset }) => [eventId, offset])).toEqual([
    ['before', 0],
    ['after', 2],
  ]);
  const letters = await readTopics(kafka.bootstrap, ['DLQ']);
  expect(letters).toHaveLength(1);
  const { code, offset, original } = JSON.parse(String(letters[0]?.value)) as Letter;
  const digest = createHash('sha256');
  for (const piece of pieces()) digest.update(piece);
  expect([code, offset, original.cut]).toEqual([
    'RECORD_TOO_LARGE',
    1,
    expect.objectContaining({ value: { sha256: digest.digest('hex'), bytes: null } }),
  ]);
}, 240_000);
