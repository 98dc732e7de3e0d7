import { ResponseReader } from './response-reader.ts';

/**
 * Metadata 10, the first that names topics' ids (KIP-516); kafkajs stops at 6. Flexible versions (KIP-482): lengths are
 * varints of the length + 1, 0 is null, and each structure ends with its tagged fields, of which none is known here.
 */
export const METADATA_VERSION_WITH_IDS = 10;

const NO_ID = '0'.repeat(32);

/** A request for these topics, from the header's tagged fields on (request header 2), which kafkajs does not write. */
export function encodeMetadataRequest(topics: readonly string[]): Buffer {
  const noTags = Buffer.of(0);
  const parts = [noTags, uvarint(topics.length + 1)];
  for (const topic of topics) {
    const name = Buffer.from(topic);
    parts.push(Buffer.alloc(16), uvarint(name.length + 1), name, noTags);
  }
  // allow_auto_topic_creation, include_cluster_authorized_operations, include_topic_authorized_operations
  parts.push(Buffer.of(0, 0, 0), noTags);
  return Buffer.concat(parts);
}

/** Who leads a partition, as one broker knows it: of two that differ, the one with the higher epoch is right. */
export interface Leader {
  readonly nodeId: number;
  readonly epoch: number;
}

export interface TopicFacts {
  /** In hexadecimal; null where the cluster gives topics none yet (an old inter-broker protocol). */
  readonly id: string | null;
  /** By partition. */
  readonly leaders: ReadonlyMap<number, Leader>;
}

/**
 * Topics by their names, from an answer that begins after the correlation id (response header 1). One that is missing is
 * not among them. @throws Error where the bytes are no such answer
 */
export function decodeTopicFacts(bytes: Buffer): Map<string, TopicFacts> {
  const reader = new ResponseReader(bytes);
  const list = (read: () => void) => {
    for (let left = reader.uvarint() - 1; left > 0 && !reader.isOverrun; left -= 1) read();
  };
  const text = () => reader.skip(Math.max(reader.uvarint() - 1, 0));
  const tags = () => {
    for (let left = reader.uvarint(); left > 0 && !reader.isOverrun; left -= 1) {
      reader.uvarint();
      reader.skip(reader.uvarint());
    }
  };
  const topics = new Map<string, TopicFacts>();
  tags();
  reader.int32(); // throttle_time_ms
  list(() => {
    reader.int32();
    text();
    reader.int32();
    text();
    tags();
  });
  text(); // cluster_id
  reader.int32(); // controller_id
  list(() => {
    reader.int16();
    const nameFrom = text();
    const name = bytes.utf8Slice(nameFrom, reader.at);
    const idFrom = reader.skip(16);
    const id = bytes.toString('hex', idFrom, idFrom + 16);
    reader.skip(1); // is_internal
    const leaders = new Map<number, Leader>();
    list(() => {
      reader.int16(); // error_code
      leaders.set(reader.int32(), { nodeId: reader.int32(), epoch: reader.int32() });
      for (let lists = 3; lists > 0; lists -= 1) list(() => void reader.int32());
      tags();
    });
    reader.int32(); // topic_authorized_operations
    tags();
    // A topic that is missing has no partitions either.
    if (id !== NO_ID || leaders.size > 0) topics.set(name, { id: id === NO_ID ? null : id, leaders });
  });
  if (reader.isOverrun) throw new Error('the answer to Metadata 10 ends too early');
  return topics;
}

function uvarint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest >>>= 7) bytes.push((rest & 127) | 128);
  bytes.push(rest);
  return Buffer.from(bytes);
}
