const ALL_BUT_THE_SIGN = 0x7fffffff;

/** The constants of MurmurHash2, and the seed that Kafka's clients take. */
const SEED = 0x9747b28c;
const MULTIPLIER = 0x5bd1e995;
const SHIFT = 24;

/**
 * The partition that Java's client gives a key without a custom partitioner: murmur2 of the bytes, without the sign bit, modulo the number
 * of partitions. An empty key is a key.
 * The key is `bytes`, or what lies in them from `start` up to `end`.
 * @param partitions - how many the topic has, ≥ 1
 */
export function partitionForKey(bytes: Buffer, partitions: number, start = 0, end = bytes.length): number {
  return (murmur2(bytes, start, end) & ALL_BUT_THE_SIGN) % partitions;
}

/** MurmurHash2 (Austin Appleby), a signed number of 32 bits. kafkajs reckons it with objects of 64 bits, at ten times the cost. */
export function murmur2(bytes: Buffer, start = 0, end = bytes.length): number {
  const length = end - start;
  const inFours = end - (length % 4);
  let hash = SEED ^ length;
  for (let at = start; at < inFours; at += 4) {
    let word = Math.imul(bytes.readInt32LE(at), MULTIPLIER);
    word = Math.imul(word ^ (word >>> SHIFT), MULTIPLIER);
    hash = Math.imul(hash, MULTIPLIER) ^ word;
  }
  if (inFours < end) hash = Math.imul(hash ^ bytes.readUIntLE(inFours, end - inFours), MULTIPLIER);
  hash = Math.imul(hash ^ (hash >>> 13), MULTIPLIER);
  return hash ^ (hash >>> 15);
}
