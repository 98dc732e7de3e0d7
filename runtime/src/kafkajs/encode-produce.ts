import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { ProduceRequest } from './broker-types.ts';
import { crc32c } from './crc32c.ts';
import { writeRecords } from './write-records.ts';

const compress = promisify(gzip);

/** transactional_id, acks, timeout, one topic, one partition, the size of its record set; the topic's name aside. */
const REQUEST_BYTES = 2 + 2 + 4 + 4 + 2 + 4 + 4 + 4;
const BATCH_HEAD_BYTES = 61;
/** For the request's head: its size, what it asks for, its number, and the client's id. */
export const ROOM_IN_FRONT_BYTES = 256;
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
  const { topic, partition, messages, ackTimeoutMs } = request;
  const nowMs = Date.now();
  const times = messages.map(({ timestamp }) => timestamp ?? nowMs);
  const firstMs = times.reduce((least, time) => Math.min(least, time));
  const lastMs = times.reduce((most, time) => Math.max(most, time));
  const topicBytes = Buffer.byteLength(topic);
  const batchStart = REQUEST_BYTES + topicBytes;
  const recordsStart = ROOM_IN_FRONT_BYTES + batchStart + BATCH_HEAD_BYTES;
  const memory =
    request.compression === 'gzip'
      ? behind(recordsStart, await compress(writeRecords(messages, firstMs, nowMs, 0)))
      : writeRecords(messages, firstMs, nowMs, recordsStart);
  const bytes = memory.subarray(ROOM_IN_FRONT_BYTES);
  let at = bytes.writeInt16BE(-1, 0);
  at = bytes.writeInt16BE(-1, at);
  at = bytes.writeInt32BE(ackTimeoutMs, at);
  at = bytes.writeInt32BE(1, at);
  at = bytes.writeInt16BE(topicBytes, at);
  at += bytes.write(topic, at);
  at = bytes.writeInt32BE(1, at);
  at = bytes.writeInt32BE(partition, at);
  bytes.writeInt32BE(bytes.length - batchStart, at);
  const attributes = request.compression === 'gzip' ? GZIP : 0;
  writeBatchHead(bytes.subarray(batchStart), { attributes, count: messages.length, firstMs, lastMs });
  return bytes;
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
