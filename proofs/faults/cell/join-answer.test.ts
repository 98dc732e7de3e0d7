import { expect, test } from 'vitest';
import { leadsGroup } from './join-answer.ts';

/** Length, correlation and throttle time are 0; then the error, generation 7, and the texts. */
function answer(error: number, ...texts: readonly string[]): Buffer {
  const head = Buffer.alloc(18);
  head.writeInt16BE(error, 12);
  head.writeInt32BE(7, 14);
  const parts = texts.flatMap((text) => {
    const length = Buffer.alloc(2);
    length.writeInt16BE(text.length);
    return [length, Buffer.from(text)];
  });
  return Buffer.concat([head, ...parts, Buffer.alloc(4)]);
}

test('who leads the group is told by its own name', () => {
  expect(leadsGroup(answer(0, 'sticky-kept', 'member-1', 'member-1'))).toBe(true);
  expect(leadsGroup(answer(0, 'sticky-kept', 'member-1', 'member-22'))).toBe(false);
  expect(leadsGroup(answer(79, '', '', 'member-1'))).toBe(null);
});
