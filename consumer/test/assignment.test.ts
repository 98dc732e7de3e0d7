import pino from 'pino';
import { expect, test } from 'vitest';
import { createAssignment } from '../src/assignment.ts';
import type { Lanes } from '../src/lanes.ts';
import type { OwnedPartition } from '../src/receive.ts';
import { emptyRoom } from '../src/room.ts';
import { Settled } from '../src/settled.ts';
import { createSlots } from '../src/slots.ts';

/** An assignment whose `told` is what it did to the others, in order; a letter under way is written after so many looks. */
function rig({ revokeTimeoutMs = 10_000 } = {}) {
  const told: string[] = [];
  const letters = { looksLeft: 0 };
  const outage = { flushesLeft: 0, isAway: false };
  const slots = createSlots({ max: 2, mayBegin: () => assignment.open(), onFree: () => undefined });
  const lanes = {
    add: ({ name }: OwnedPartition) => told.push(`add ${name}`),
    remove: ({ name }: OwnedPartition) => told.push(`remove ${name}`),
    stir: () => undefined,
    settleEnded: () => told.push('settle'),
  } as unknown as Lanes;
  const assignment = createAssignment({
    receive: { room: emptyRoom(), arrived: () => undefined, gone: () => undefined },
    lanes: () => lanes,
    slots,
    lettersUnderWay: () => (letters.looksLeft > 0 ? letters.looksLeft-- : 0),
    committer: () => ({
      settled: () => undefined,
      keepTime: async () => undefined,
      flush: async () => {
        told.push(`flush, ${slots.running + letters.looksLeft} under way`);
        return outage.flushesLeft-- <= 0;
      },
    }),
    groupIsAway: () => outage.isAway,
    revokeTimeoutMs,
    log: pino({ level: 'silent' }),
  });
  const give = (...partitions: [partition: number, committed: number | null][]) =>
    assignment.assigned(
      partitions.map(([partition, committed]) => ({ topic: 't', partition, committed, metadata: '' })),
    ) as OwnedPartition[];
  return { assignment, slots, letters, outage, told, give };
}

test('a partition that comes back goes on where it was; one that another has moved on starts anew', () => {
  const { give } = rig();
  const [first, second] = give([0, 5], [1, 5]);
  const [again, other] = give([0, 5], [1, 9]);
  expect(again).toBe(first);
  expect(other).not.toBe(second);
  expect([first?.released.aborted, second?.released.aborted, other?.position]).toEqual([false, true, 9]);
});

test('a partition that went to another member is let go: its lanes, and its sleeps', () => {
  const { assignment, told, give } = rig();
  const [, lost] = give([0, 5], [1, 5]);
  give([0, 5]);
  expect(told).toContain('remove t/1');
  expect(lost?.released.aborted).toBe(true);
  expect([...assignment.owned()].map(({ name }) => name)).toEqual(['t/0']);
});

test('given back: nothing new is begun, what runs ends first, and then all is committed', async () => {
  const { assignment, slots, letters, told, give } = rig();
  give([0, 5]);
  slots.tryTake();
  letters.looksLeft = 3;
  const revoking = assignment.revoking(false);
  expect({ begins: assignment.open(), holds: assignment.holds() }).toEqual({ begins: false, holds: true });
  slots.give();
  await Promise.resolve();
  expect(told).toEqual(['add t/0']);
  await revoking;
  expect({ told, holds: assignment.holds() }).toEqual({
    told: ['add t/0', 'settle', 'flush, 0 under way'],
    holds: false,
  });
  give([0, 5]);
  expect(assignment.holds()).toBe(true);
  expect(assignment.open()).toBe(true);
});

test('given back: an end that becomes known some ticks after its slot is free is settled before the commit', async () => {
  const { assignment, told, give } = rig();
  give([0, 5]);
  const revoking = assignment.revoking(false);
  for (let tick = 0; tick < 10; tick += 1) await Promise.resolve();
  told.push('ended');
  await revoking;
  expect(told).toEqual(['add t/0', 'ended', 'settle', 'flush, 0 under way']);
});

test('what does not end keeps the partitions no longer than the bound, and what is settled is committed all the same', async () => {
  const { assignment, slots, told, give } = rig({ revokeTimeoutMs: 30 });
  give([0, 5]);
  slots.tryTake();
  await assignment.revoking(false);
  expect(told).toEqual(['add t/0', 'settle', 'flush, 1 under way']);
});

test('given back in an outage: the commit is tried for as long as it lasts, and no longer', async () => {
  const { assignment, outage, told, give } = rig();
  give([0, 5]);
  outage.flushesLeft = 2;
  outage.isAway = true;
  await assignment.revoking(false);
  expect(told).toEqual([
    'add t/0',
    'settle',
    'flush, 0 under way',
    'flush, 0 under way',
    'flush, 0 under way',
  ]);
  outage.flushesLeft = 2;
  outage.isAway = false;
  await assignment.revoking(false);
  expect(told.slice(5)).toEqual(['settle', 'flush, 0 under way']);
});

test('given back in an outage: a stop, or the cut that the group tells of after it, ends the waiting', async () => {
  const { assignment, outage, told, give } = rig();
  give([0, 5]);
  outage.flushesLeft = Infinity;
  outage.isAway = true;
  const revoking = assignment.revoking(false);
  await Promise.all([assignment.revoking(true), revoking]);
  give([0, 5]);
  assignment.close();
  const before = told.length;
  await assignment.revoking(false);
  expect(told.slice(before)).toEqual(['settle', 'flush, 0 under way']);
});

test('cut: nothing is waited for or committed, and nothing begins until the next assignment', async () => {
  const { assignment, slots, told, give } = rig();
  give([0, 5]);
  slots.tryTake();
  await assignment.revoking(true);
  expect({ told, open: assignment.open(), holds: assignment.holds() }).toEqual({
    told: ['add t/0'],
    open: false,
    holds: false,
  });
});

test('cut while partitions are given back: what waited for handlers changes nothing of the next assignment', async () => {
  const { assignment, slots, told, give } = rig();
  give([0, 5]);
  slots.tryTake();
  const revoking = assignment.revoking(false);
  await assignment.revoking(true);
  expect(assignment.holds()).toBe(false);
  give([0, 5]);
  slots.give();
  await revoking;
  expect({ told: told.filter((what) => what.startsWith('flush')), holds: assignment.holds() }).toEqual({
    told: [],
    holds: true,
  });
});

test('closed: nothing is begun again, whatever the group gives', () => {
  const { assignment, give } = rig();
  const [partition] = give([0, 5]);
  assignment.close();
  expect([assignment.open(), partition?.released.aborted]).toEqual([false, true]);
  give([1, 5]);
  expect(assignment.open()).toBe(false);
});

test('asked to stop amid a join: what comes back goes on being this member’s, so that what still runs can be committed', () => {
  const { assignment, give } = rig();
  const [before] = give([0, 5]);
  before?.progress.begin(5, 0);
  assignment.close();
  const [after] = give([0, 5]);
  expect(after).toBe(before);
  after?.progress.settle(5, Settled.byHandler);
  expect([...assignment.owned()].map((partition) => partition.committable()?.offset)).toEqual([6]);
  expect([assignment.open(), after?.wants()]).toEqual([false, false]);
});
