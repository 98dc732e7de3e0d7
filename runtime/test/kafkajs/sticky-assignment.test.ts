import { array, assert, nat, property, record, subarray } from 'fast-check';
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

const two = new Map([
  ['t1', Array.from({ length: 10 }, (_, n) => n)],
  ['t2', Array.from({ length: 8 }, (_, n) => n)],
]);

test('a member that is fuller than all others, and can give to none of them, keeps nobody from a share', () => {
  const assigned = assignSticky(
    [
      { memberId: 'a', topics: ['t1'], owned: new Map([['t1', two.get('t1') ?? []]]), generation: 1 },
      { memberId: 'b', topics: ['t2'], owned: new Map([['t2', two.get('t2') ?? []]]), generation: 1 },
      { memberId: 'c', topics: ['t2'], owned: new Map(), generation: -1 },
    ],
    two,
  );
  const counts = ['a', 'b', 'c'].map(
    (memberId) => [...(assigned.get(memberId)?.values() ?? [])].flat().length,
  );
  expect(counts).toEqual([10, 4, 4]);
});

test('whoever reads what: no partition could go to a member that has two fewer than its own', () => {
  const claim = record({ topics: subarray(['t1', 't2', 't3']), owned: array(nat(9), { maxLength: 10 }) });
  const three = new Map([...two, ['t3', [0, 1, 2]]]);
  assert(
    property(array(claim, { minLength: 1, maxLength: 8 }), (claims) => {
      const members = claims.map(({ topics: reads, owned }, n) => ({
        memberId: `m${n}`,
        topics: reads,
        owned: new Map(reads.map((topic) => [topic, owned])),
        generation: n % 3,
      }));
      const assigned = assignSticky(members, three);
      const load = (memberId: string) => [...(assigned.get(memberId)?.values() ?? [])].flat().length;
      for (const [topic, partitions] of three) {
        const readers = members.filter(({ topics: reads }) => reads.includes(topic));
        const holders = readers.filter(({ memberId }) => assigned.get(memberId)?.has(topic));
        const given = holders.flatMap(({ memberId }) => assigned.get(memberId)?.get(topic) ?? []);
        expect(given.toSorted((a, b) => a - b)).toEqual(readers.length === 0 ? [] : partitions);
        for (const holder of holders)
          for (const reader of readers) expect(load(holder.memberId) - load(reader.memberId)).toBeLessThan(2);
      }
    }),
  );
});

test('where all read the same, each keeps of its own what its share allows', () => {
  assert(
    property(array(nat(3), { minLength: 12, maxLength: 12 }), (holders) => {
      const owned = [0, 1, 2, 3].map((holder) => [...holders.keys()].filter((n) => holders[n] === holder));
      const assigned = assignSticky(
        owned.map((partitions, n) => member(`m${n}`, partitions)),
        topics,
      );
      const share = 12 / 4;
      for (const [n, before] of owned.entries()) {
        const kept = of(assigned, `m${n}`).filter((partition) => before.includes(partition));
        expect(kept).toHaveLength(Math.min(before.length, share));
      }
    }),
  );
});
