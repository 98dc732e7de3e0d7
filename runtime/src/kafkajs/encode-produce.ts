import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { OutgoingMessage, ProduceRequest } from './broker-types.ts';
import { crc32c } from './crc32c.ts';
import type { GrowingBatch } from './growing-batch.ts';
import { writeRecords } from './write-records.ts';

const compress = promisify(gzip);

/** transactional_id, acks, timeout, one topic, one partition, the size of its record set; the topic's name aside. */
const REQUEST_BYTES = 2 + 2 + 4 + 4 + 2 + 4 + 4 + 4;
const BATCH_HEAD_BYTES = 61;
/** For the request's head: its size, what it asks for, its number, and the client's id. */
export const ROOM_IN_FRONT_BYTES = 256;
/** Room enough in front of records, whatever their topic's name: Kafka's are up to 249 bytes long. */
export const ROOM_FOR_HEADS_BYTES = ROOM_IN_FRONT_BYTES + REQUEST_BYTES + 249 + BATCH_HEAD_BYTES;
const MAGIC = 2;
const GZIP = 1;
/** Of the batch's head: from here on bytes count for its length, and for its checksum. */
const LENGTH_FROM = 12;
const CRC_FROM = 21;

/**
 * The body of a Produce request, versions 3 to 8 (https://kafka.apache.org/protocol#The_Messages_Produce), for one
 * partition and with acknowledgement by all replicas:
 *
 *   transactional_id nullable string · acks int16 · timeout_ms int32 · [topic string · [partition int32 · records bytes]]
 *
 * @returns the body; its memory has ROOM_IN_FRONT_BYTES more in front of it
 */
export async function encodeProduce(request: ProduceRequest): Promise<Buffer> {
  const { topic, partition, messages, ackTimeoutMs, compression } = request;
  const topicBytes = Buffer.byteLength(topic);
  const bodyBytes = REQUEST_BYTES + topicBytes + BATCH_HEAD_BYTES;
  const room = ROOM_IN_FRONT_BYTES + bodyBytes;
  const written = 'add' in messages ? grown(messages) : writtenNow(messages, room);
  const { bytes, recordsStart } = compression === 'gzip' ? await compressed(written, room) : written;
  if (recordsStart < room) throw new RangeError(`there is no room for a head of ${room} bytes`);
  const body = bytes.subarray(recordsStart - bodyBytes);
  let at = body.writeInt16BE(-1, 0);
  at = body.writeInt16BE(-1, at);
  at = body.writeInt32BE(ackTimeoutMs, at);
  at = body.writeInt32BE(1, at);
  at = body.writeInt16BE(topicBytes, at);
  at += body.write(topic, at);
  at = body.writeInt32BE(1, at);
  at = body.writeInt32BE(partition, at);
  const batch = body.subarray(at + 4);
  body.writeInt32BE(batch.length, at);
  writeBatchHead(batch, { ...written, attributes: compression === 'gzip' ? GZIP : 0 });
  return body;
}

/** Records that stand behind a room that is free. */
interface WrittenRecords {
  readonly bytes: Buffer;
  readonly recordsStart: number;
  readonly count: number;
  readonly firstMs: number;
  readonly lastMs: number;
}

function grown({ bytes, recordsStart, count, timestampMs }: GrowingBatch): WrittenRecords {
  return { bytes, recordsStart, count, firstMs: timestampMs, lastMs: timestampMs };
}

function writtenNow(messages: readonly OutgoingMessage[], room: number): WrittenRecords {
  const nowMs = Date.now();
  const times = messages.map(({ timestamp }) => timestamp ?? nowMs);
  const firstMs = times.reduce((least, time) => Math.min(least, time));
  const lastMs = times.reduce((most, time) => Math.max(most, time));
  const bytes = writeRecords(messages, firstMs, nowMs, room);
  return { bytes, recordsStart: room, count: messages.length, firstMs, lastMs };
}

async function compressed({ bytes, recordsStart }: WrittenRecords, room: number) {
  return { bytes: behind(room, await compress(bytes.subarray(recordsStart))), recordsStart: room };
}

function behind(room: number, records: Buffer): Buffer {
  const bytes = Buffer.allocUnsafeSlow(room + records.length);
  records.copy(bytes, room);
  return bytes;
}

interface BatchHead {
  readonly attributes: number;
  readonly count: number;
  readonly firstMs: number;
  readonly lastMs: number;
}

/** The head that record-batch.ts reads; the records must stand behind it already, for the checksum is over them. */
function writeBatchHead(batch: Buffer, { attributes, count, firstMs, lastMs }: BatchHead): void {
  batch.writeBigInt64BE(0n, 0); // base offset, which the broker gives
  batch.writeInt32BE(batch.length - LENGTH_FROM, 8);
  batch.writeInt32BE(-1, 12); // leader epoch
  batch.writeInt8(MAGIC, 16);
  batch.writeInt16BE(attributes, 21);
  batch.writeInt32BE(count - 1, 23);
  batch.writeBigInt64BE(BigInt(firstMs), 27);
  batch.writeBigInt64BE(BigInt(lastMs), 35);
  batch.writeBigInt64BE(-1n, 43); // no idempotent producer: its id, epoch and sequence
  batch.writeInt16BE(-1, 51);
  batch.writeInt32BE(-1, 53);
  batch.writeInt32BE(count, 57);
  batch.writeUInt32BE(crc32c(batch, CRC_FROM, batch.length), 17);
}
