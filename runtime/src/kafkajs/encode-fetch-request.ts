import type { FetchRequest } from './broker-types.ts';

/** Without a session (KIP-227): each request says all. */
const NO_SESSION = 0;
const NO_SESSION_EPOCH = -1;
const FROM_CONSUMER = -1;
const UNKNOWN = -1;
const HEAD_BYTES = 4 + 4 + 4 + 4 + 1 + 4 + 4;
const PARTITION_BYTES = 4 + 4 + 8 + 8 + 4;
/** No topics to forget, no rack. */
const END_BYTES = 4 + 2;

/**
 * The body of a Fetch request, version 11 (https://kafka.apache.org/protocol#The_Messages_Fetch):
 *
 *   replica_id int32 · max_wait_ms int32 · min_bytes int32 · max_bytes int32 · isolation_level int8 · session_id int32 ·
 *   session_epoch int32 · [topic string · [partition int32 · current_leader_epoch int32 · fetch_offset int64 ·
 *   log_start_offset int64 · partition_max_bytes int32]] · forgotten_topics [] · rack_id string
 *
 * in one buffer of the right size; kafkajs makes two for each partition.
 */
export function encodeFetchRequest({ topics, ...request }: FetchRequest): Buffer {
  const sizes = topics.map(
    ({ topic, partitions }) => 2 + Buffer.byteLength(topic) + 4 + partitions.length * PARTITION_BYTES,
  );
  const bytes = Buffer.allocUnsafe(sizes.reduce((sum, size) => sum + size, HEAD_BYTES + 4 + END_BYTES));
  let at = bytes.writeInt32BE(FROM_CONSUMER, 0);
  at = bytes.writeInt32BE(request.maxWaitTime, at);
  at = bytes.writeInt32BE(request.minBytes, at);
  at = bytes.writeInt32BE(request.maxBytes, at);
  at = bytes.writeInt8(request.isolationLevel, at);
  at = bytes.writeInt32BE(NO_SESSION, at);
  at = bytes.writeInt32BE(NO_SESSION_EPOCH, at);
  at = bytes.writeInt32BE(topics.length, at);
  for (const { topic, partitions } of topics) {
    const nameBytes = bytes.write(topic, at + 2);
    at = bytes.writeInt16BE(nameBytes, at) + nameBytes;
    at = bytes.writeInt32BE(partitions.length, at);
    for (const { partition, fetchOffset, maxBytes } of partitions) {
      at = bytes.writeInt32BE(partition, at);
      at = bytes.writeInt32BE(UNKNOWN, at);
      at = bytes.writeBigInt64BE(BigInt(fetchOffset), at);
      at = bytes.writeBigInt64BE(BigInt(UNKNOWN), at);
      at = bytes.writeInt32BE(maxBytes, at);
    }
  }
  at = bytes.writeInt32BE(0, at);
  bytes.writeInt16BE(0, at);
  return bytes;
}
