import { columns } from '../columns.ts';
import type { Member } from './member.ts';
import { thirdsOf, type Measure } from './thirds.ts';

const rows: readonly (readonly [Measure, string])[] = [
  ['rssMib', 'RSS MiB'],
  ['openFiles', 'open files'],
  ['timers', 'timers'],
  ['handles', 'handles'],
  ['heapMib', 'heap MiB'],
  ['externalMib', 'external MiB'],
];

/** What each member took, in each third of the time as `thirdsOf` has it, and at most. */
export function soakTable(members: readonly Pick<Member, 'name' | 'looks'>[]): string {
  const lines = members.flatMap(({ name, looks }) =>
    rows.map(([measure, title]) => [
      name,
      title,
      ...(thirdsOf(looks, measure) ?? [NaN, NaN, NaN]).map((third) => third.toFixed(1)),
      Math.max(...looks.map((look) => look[measure])).toFixed(1),
    ]),
  );
  return columns([['member', 'usual', '1st third', '2nd third', '3rd third', 'most'], ...lines], 2);
}
