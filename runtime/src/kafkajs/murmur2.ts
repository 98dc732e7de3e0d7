import { internals } from './internals.ts';

const ALL_BUT_THE_SIGN = 0x7fffffff;

/**
 * The partition that Java's client gives a key without a custom partitioner: murmur2 of the bytes, without the sign bit, modulo the number
 * of partitions. An empty key is a key.
 * @param partitions - how many the topic has, ≥ 1
 */
export function partitionForKey(key: Buffer, partitions: number): number {
  return (internals.murmur2(key) & ALL_BUT_THE_SIGN) % partitions;
}
