import { array, assert, nat, property } from 'fast-check';
import { expect, test } from 'vitest';
import { assignSticky, type StickyMember } from '../../src/kafkajs/sticky-assignment.ts';

const topics = new Map([['t', Array.from({ length: 12 }, (_, n) => n)]]);
const member = (memberId: string, owned: number[] = [], generation = 1): StickyMember => ({
  memberId,
  topics: ['t'],
  owned: new Map([['t', owned]]),
  generation,
});
const of = (assigned: Map<string, Map<string, number[]>>, memberId: string) =>
  assigned.get(memberId)?.get('t') ?? [];

test('a member that joins takes from the others no more than its share', () => {
  const assigned = assignSticky(
    [member('a', [0, 1, 2, 3, 4, 5]), member('b', [6, 7, 8, 9, 10, 11]), member('c')],
    topics,
  );
  expect(of(assigned, 'c')).toHaveLength(4);
  for (const partition of of(assigned, 'a')) expect(partition).toBeLessThan(6);
  for (const partition of of(assigned, 'b')) expect(partition).toBeGreaterThan(5);
});

test('a member that left: the others keep all that they have', () => {
  const assigned = assignSticky([member('a', [0, 1, 2, 3]), member('b', [4, 5, 6, 7])], topics);
  expect(of(assigned, 'a')).toEqual(expect.arrayContaining([0, 1, 2, 3]));
  expect(of(assigned, 'b')).toEqual(expect.arrayContaining([4, 5, 6, 7]));
});

test('of two claims to one partition the later generation’s is true', () => {
  const assigned = assignSticky([member('a', [0], 1), member('b', [0], 2)], topics);
  expect(of(assigned, 'b')).toContain(0);
});

test('whatever is claimed: each partition has one member, and none has two more than another', () => {
  const claims = array(array(nat(14)), { minLength: 1, maxLength: 20 });
  assert(
    property(claims, (owned) => {
      const assigned = assignSticky(
        owned.map((partitions, n) => member(`m${n}`, partitions, n % 3)),
        topics,
      );
      const given = [...assigned.keys()].map((memberId) => of(assigned, memberId));
      expect(given.flat().toSorted((a, b) => a - b)).toEqual(topics.get('t'));
      const loads = given.map((partitions) => partitions.length);
      expect(Math.max(...loads) - Math.min(...loads)).toBeLessThan(2);
    }),
  );
});
