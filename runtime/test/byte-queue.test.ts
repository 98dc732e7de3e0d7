import { expect, test } from 'vitest';
import { createByteQueue } from '../src/byte-queue.ts';

test('text comes out as the UTF-8 that it is, however long, and nothing of it twice', () => {
  const queue = createByteQueue();
  const long = 'ä€😀x'.repeat(50_000);
  expect(queue.add('a\n')).toBe(2);
  expect(queue.add(long)).toBe(Buffer.byteLength(long));
  expect(queue.bytes).toBe(2 + Buffer.byteLength(long));
  expect(queue.take().toString()).toBe(`a\n${long}`);
  expect(queue.bytes).toBe(0);
  expect(queue.take()).toHaveLength(0);
});

test('what is bytes already stands between texts as it is, and its own memory may change then', () => {
  const queue = createByteQueue();
  const bytes = Buffer.from('ä€😀'.repeat(20_000));
  queue.add('a');
  expect(queue.add(bytes)).toBe(bytes.length);
  const expected = `a${String(bytes)}z`;
  bytes.fill(0);
  queue.add('z');
  expect(String(queue.take())).toBe(expected);
});

test('what was taken stays as it was until it is given back', () => {
  const queue = createByteQueue();
  queue.add('first');
  const first = queue.take();
  queue.add('second');
  expect(first.toString()).toBe('first');
  queue.giveBack();
  const second = queue.take();
  queue.add('third, in the memory of the first');
  expect(second.toString()).toBe('second');
  expect(first.toString()).toBe('third');
});
