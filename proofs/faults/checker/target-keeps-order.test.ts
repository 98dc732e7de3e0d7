import { expect, test } from 'vitest';
import { evidence, handled, life, log } from './made-up.ts';
import { targetKeepsOrder } from './target-keeps-order.ts';

const inOrder = life('c1', `${handled(5, 0)}\n ${handled(6, 1)}`);

/** What is said where the target took these in this order, and the log holds `ids` with one key or none. */
function said(
  taken: readonly string[],
  ids = ['e0', 'e1'],
  lives = [inOrder],
  key: Buffer | null = Buffer.from('k'),
): string[] {
  const records = log(ids.length).map((record, at) => {
    return { ...record, key, value: Buffer.from(JSON.stringify({ eventId: ids[at] })) };
  });
  const targetTaken = taken.map((eventId, at) => ({ eventId, fingerprint: '', us: at }));
  return targetKeepsOrder(evidence({ log: records, lives, targetTaken }));
}

test("a key's events are taken in order, for the first time", () => {
  expect(said(['e0', 'e1'])).toEqual([]);
  expect(said(['e1', 'e0'])).toEqual(['I5: the target took t/0@1 before t/0@0 of its key']);
  expect(said(['e0', 'e1', 'e0', 'e1'])).toEqual([]);
});

test('records without a key have no order', () => {
  expect(said(['e1', 'e0'], undefined, undefined, null)).toEqual([]);
});

test('one that was a letter may be taken late', () => {
  const lives = [life('c1', `L 1 t 0 0\n W 2 t 0 0\n ${handled(3, 1)}`), life('c2', handled(9, 0))];
  expect(said(['e1', 'e0'], undefined, lives)).toEqual([]);
});

test('one that stands twice in the log was taken with the first of the two', () => {
  const lives = [life('c1', [0, 1, 2].map((offset) => handled(5 + offset, offset)).join('\n'))];
  expect(said(['e0', 'e1', 'e0'], ['e0', 'e1', 'e0'], lives)).toEqual([]);
});
