import { MemberAssignment, MemberMetadata } from './internals.ts';
import { assignSticky, type Assignment, type StickyMember } from './sticky-assignment.ts';

/** The name of our assignment protocol: members of one group must share it. */
export const GROUP_PROTOCOL = 'sticky-kept';

const VERSION = 1;

/** What a member holds when it asks to join: partitions by topic, and the generation in which it got them. */
export interface Holding {
  readonly owned: ReadonlyMap<string, readonly number[]>;
  readonly generation: number;
}

/** What a member that got `targets` in `generation` says of itself. */
export function holdingOf(
  targets: readonly { topic: string; partition: number }[],
  generation: number,
): Holding {
  const owned = new Map<string, number[]>();
  for (const { topic, partition } of targets) owned.set(topic, [...(owned.get(topic) ?? []), partition]);
  return { owned, generation };
}

/** A member's part of a JoinGroup request: topics, and in the user data what it holds (as JSON). */
export function encodeMembership(topics: readonly string[], holding: Holding): Buffer {
  const userData = Buffer.from(
    JSON.stringify({ generation: holding.generation, owned: Object.fromEntries(holding.owned) }),
  );
  return MemberMetadata.encode({ version: VERSION, topics: [...topics], userData });
}

/** All topics that any of the members reads. */
export function topicsOf(members: readonly { memberId: string; memberMetadata: Buffer }[]): string[] {
  return [...new Set(members.flatMap((member) => decodeMembership(member).topics))];
}

/** The leader's part of a SyncGroup request: who gets what. */
export function encodeAssignments(
  members: readonly { memberId: string; memberMetadata: Buffer }[],
  partitionsOf: ReadonlyMap<string, readonly number[]>,
): { memberId: string; memberAssignment: Buffer }[] {
  const assigned = assignSticky(members.map(decodeMembership), partitionsOf);
  return [...assigned].map(([memberId, topics]) => ({
    memberId,
    memberAssignment: MemberAssignment.encode({ version: VERSION, assignment: Object.fromEntries(topics) }),
  }));
}

/** The partitions that a SyncGroup answer gives to this member; no bytes mean none. */
export function decodeAssignment(bytes: Buffer): Assignment {
  const decoded = MemberAssignment.decode(bytes);
  return new Map(Object.entries(decoded?.assignment ?? {}));
}

function decodeMembership({
  memberId,
  memberMetadata,
}: {
  memberId: string;
  memberMetadata: Buffer;
}): StickyMember {
  const { topics, userData } = MemberMetadata.decode(memberMetadata);
  return { memberId, topics, ...readHolding(userData) };
}

/** User data that cannot be read holds nothing: such a member only starts from scratch. */
function readHolding(userData: Buffer | null): Holding {
  const none = { owned: new Map<string, number[]>(), generation: -1 };
  if (userData === null || userData.length === 0) return none;
  try {
    const { generation, owned } = JSON.parse(userData.toString()) as { generation: number; owned: object };
    if (typeof generation !== 'number' || typeof owned !== 'object' || owned === null) return none;
    return { generation, owned: new Map(Object.entries(owned).filter(([, value]) => Array.isArray(value))) };
  } catch {
    return none;
  }
}
