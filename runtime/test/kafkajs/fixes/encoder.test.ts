import { expect, test } from 'vitest';
import '../../../src/kafkajs/apply.ts';
import { internals } from '../../../src/kafkajs/internals.ts';

test('a large buffer is written whole, behind what stood before it, into a buffer of its size', () => {
  const large = Buffer.alloc(300_000, 'x');
  const encoder = new internals.Encoder().writeInt32(7).writeBuffer(large).writeInt32(8);
  expect(encoder.offset).toBe(4 + large.length + 4);
  expect(encoder.buf.readInt32BE(0)).toBe(7);
  expect(encoder.buf.subarray(4, 4 + large.length).equals(large)).toBe(true);
  expect(encoder.buf.readInt32BE(4 + large.length)).toBe(8);
  expect(new internals.Encoder().writeInt32(7).writeBuffer(large).buf).toHaveLength(4 + large.length);
});
