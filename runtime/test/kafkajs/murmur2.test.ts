import { expect, test } from 'vitest';
import { murmur2, partitionForKey } from '../../src/kafkajs/murmur2.ts';

// The first six are those of Kafka's own tests; all were computed by `Utils.murmur2` of kafka-clients 4.3.1.
test.each([
  [Buffer.from('21'), -973932308],
  [Buffer.from('foobar'), -790332482],
  [Buffer.from('a-little-bit-long-string'), -985981536],
  [Buffer.from('a-little-bit-longer-string'), -1486304829],
  [Buffer.from('lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8'), -58897971],
  [Buffer.from('abc'), 479470107],
  [Buffer.alloc(0), 275646681],
  [Buffer.from('ü€'), 1453868851],
  [Buffer.from([0xff, 0x80, 0, 1, 0xfe]), -173560464],
])('%o hashes as in Java', (key, hash) => {
  expect(murmur2(key)).toBe(hash);
  expect(partitionForKey(key, 6)).toBe((hash & 0x7fffffff) % 6);
  expect(partitionForKey(key, 1)).toBe(0);
});
