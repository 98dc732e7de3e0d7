import { gzipSync } from 'node:zlib';
import { crc32c } from '../../src/kafkajs/crc32c.ts';

/** A fetch response as a broker would write it, for tests: right by default, and wrong where a test asks for it. */
export interface WrittenHeader {
  readonly name: string | Buffer;
  readonly value: string | Buffer | null;
}

export interface WrittenRecord {
  readonly offsetDelta?: number;
  readonly timestampDelta?: number;
  readonly key?: string | Buffer | null;
  readonly value?: string | Buffer | null;
  readonly headers?: readonly WrittenHeader[];
}

export interface WrittenBatch {
  readonly baseOffset?: number;
  readonly lastOffsetDelta?: number;
  readonly attributes?: number;
  readonly baseTimestamp?: number;
  readonly maxTimestamp?: number;
  readonly producerId?: number;
  readonly records?: readonly WrittenRecord[];
  readonly compress?: (records: Buffer) => Buffer;
}

export interface WrittenPartition {
  readonly partition?: number;
  readonly errorCode?: number;
  readonly highWatermark?: number;
  readonly lastStableOffset?: number;
  readonly logStartOffset?: number;
  readonly preferredReadReplica?: number;
  readonly aborted?: readonly { readonly producerId: number; readonly firstOffset: number }[] | null;
  readonly recordSet?: Buffer | null;
}

/** The bits of a batch's attributes. */
export const BITS = { gzip: 1, snappy: 2, lz4: 3, zstd: 4, logAppendTime: 8, transactional: 16, control: 32 };

/** The sum of a codec's attribute bit and its compressor, to be spread into a batch. */
export const gzipped = { attributes: BITS.gzip, compress: (records: Buffer) => gzipSync(records) };

export function encodeResponse(
  topics: Readonly<Record<string, readonly WrittenPartition[]>>,
  { throttleTimeMs = 0, errorCode = 0 } = {},
): Buffer {
  const names = Object.keys(topics);
  const parts = [int32(throttleTimeMs), int16(errorCode), int32(0), int32(names.length)];
  for (const name of names) {
    const partitions = topics[name] ?? [];
    parts.push(
      int16(name.length),
      Buffer.from(name),
      int32(partitions.length),
      ...partitions.map(encodePartition),
    );
  }
  return Buffer.concat(parts);
}

function encodePartition(partition: WrittenPartition): Buffer {
  const aborted = partition.aborted === undefined ? [] : partition.aborted;
  const recordSet = partition.recordSet === undefined ? Buffer.alloc(0) : partition.recordSet;
  return Buffer.concat([
    int32(partition.partition ?? 0),
    int16(partition.errorCode ?? 0),
    int64(partition.highWatermark ?? 1_000_000),
    int64(partition.lastStableOffset ?? 1_000_000),
    int64(partition.logStartOffset ?? 0),
    int32(aborted === null ? -1 : aborted.length),
    ...(aborted ?? []).flatMap(({ producerId, firstOffset }) => [int64(producerId), int64(firstOffset)]),
    int32(partition.preferredReadReplica ?? -1),
    int32(recordSet === null ? -1 : recordSet.length),
    ...(recordSet === null ? [] : [recordSet]),
  ]);
}

export function encodeBatch(batch: WrittenBatch): Buffer {
  const records = batch.records ?? [];
  const plain = Buffer.concat(records.map((record, index) => encodeRecord(record, index)));
  return encodeBatchAround(batch, records.length, plain);
}

/** A batch around records that are encoded already, `count` of them. */
export function encodeBatchAround(batch: WrittenBatch, count: number, plain: Buffer): Buffer {
  const body = batch.compress === undefined ? plain : batch.compress(plain);
  const checked = Buffer.concat([
    int16(batch.attributes ?? 0),
    int32(batch.lastOffsetDelta ?? Math.max(count - 1, 0)),
    int64(batch.baseTimestamp ?? 1_700_000_000_000),
    int64(batch.maxTimestamp ?? batch.baseTimestamp ?? 1_700_000_000_000),
    int64(batch.producerId ?? -1),
    int16(0),
    int32(-1),
    int32(count),
    body,
  ]);
  const head = [
    int64(batch.baseOffset ?? 0),
    int32(checked.length + 9),
    int32(0),
    Buffer.from([2]),
    int32(0),
  ];
  return withChecksum(Buffer.concat([...head, checked]));
}

/** The same batch with the right checksum over whatever is in it. */
export function withChecksum(batch: Buffer): Buffer {
  const copy = Buffer.from(batch);
  copy.writeUInt32BE(crc32c(copy, 21, copy.length), 17);
  return copy;
}

export function encodeRecord(record: WrittenRecord, index: number): Buffer {
  const headers = record.headers ?? [];
  const body = Buffer.concat([
    Buffer.from([0]),
    varint(record.timestampDelta ?? 0),
    varint(record.offsetDelta ?? index),
    varBytes(record.key === undefined ? 'k' : record.key),
    varBytes(record.value === undefined ? 'v' : record.value),
    varint(headers.length),
    ...headers.flatMap(({ name, value }) => [varBytes(name), varBytes(value)]),
  ]);
  return Buffer.concat([varint(body.length), body]);
}

/** The only record of a control batch: the marker that ends a transaction. */
export function marker(type: 'abort' | 'commit'): WrittenRecord {
  return { key: Buffer.concat([int16(0), int16(type === 'abort' ? 0 : 1)]), value: Buffer.alloc(6) };
}

/** Zigzag, seven bits a byte, any integer of 64 bits. */
export function varint(value: number | bigint): Buffer {
  const signed = BigInt(value);
  let rest = BigInt.asUintN(64, (signed << 1n) ^ (signed >> 63n));
  const bytes: number[] = [];
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.from([...bytes, Number(rest)]);
}

function varBytes(content: string | Buffer | null): Buffer {
  if (content === null) return varint(-1);
  const bytes = Buffer.from(content as string);
  return Buffer.concat([varint(bytes.length), bytes]);
}

export function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

export function int64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(value));
  return bytes;
}
