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

test('what has room in front of it is not copied: the head goes there', () => {
  const memory = Buffer.alloc(64, '.');
  memory.write('body', 20);
  const body = { buf: memory.subarray(20, 24), roomInFront: 9 };
  const request = new internals.Encoder().writeInt32(7).writeEncoder(body);
  const framed = new internals.Encoder().writeInt32(request.offset).writeEncoder(request);
  expect(framed.buf.buffer).toBe(memory.buffer);
  expect(framed.buf.toString('hex')).toBe(`0000000800000007${Buffer.from('body').toString('hex')}`);
  expect(memory.toString('latin1', 0, 12)).toBe('.'.repeat(12));
  expect(framed.roomInFront).toBe(1);
});

test('where the room is too small, or there is none, it is copied', () => {
  const memory = Buffer.from('12body');
  for (const body of [
    { buf: memory.subarray(2), roomInFront: 2 },
    new internals.Encoder().writeBuffer(memory.subarray(2)),
  ]) {
    const request = new internals.Encoder()
      .writeInt32(7)
      .writeEncoder({ ...body, buffer: memory.subarray(2) } as never);
    expect(request.buf.toString('latin1', 0, request.offset)).toBe('\0\0\0\u0007body');
    expect(memory.toString()).toBe('12body');
  }
});
