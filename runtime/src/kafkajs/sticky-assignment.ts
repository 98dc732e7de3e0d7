/**
 * Who gets which partition, so that a rebalance moves as few as possible.
 * kafkajs knows round-robin only (#1770, #1780): each join or leave deals all partitions anew, and every member loses its place.
 * The rule is Kafka's sticky one (KIP-54): balanced first, then as much as possible stays with who had it.
 */
export interface StickyMember {
  readonly memberId: string;
  readonly topics: readonly string[];
  /** What the member held when it asked to join, and in which generation of the group. */
  readonly owned: ReadonlyMap<string, readonly number[]>;
  readonly generation: number;
}

export type Assignment = Map<string, number[]>;

/** A partition that can be given, with the members that want its topic. */
interface Seat {
  readonly topic: string;
  readonly partition: number;
  holder: string | null;
}

/**
 * @param partitionsOf the partitions of each topic, by name.
 * @returns each member's partitions by topic; members without any have an empty map.
 */
export function assignSticky(
  members: readonly StickyMember[],
  partitionsOf: ReadonlyMap<string, readonly number[]>,
): Map<string, Assignment> {
  const sorted = members.toSorted((a, b) => (a.memberId < b.memberId ? -1 : 1));
  const seats = seatsOf(sorted, partitionsOf);
  const load = new Map(sorted.map((member) => [member.memberId, 0]));
  keepOwned(sorted, seats, load);
  giveFree(sorted, seats, load);
  balance(sorted, seats, load);
  return assignments(sorted, seats);
}

function seatsOf(
  members: readonly StickyMember[],
  partitionsOf: ReadonlyMap<string, readonly number[]>,
): Map<string, Seat> {
  const wanted = new Set(members.flatMap((member) => member.topics));
  const seats = new Map<string, Seat>();
  for (const topic of [...wanted].toSorted()) {
    for (const partition of (partitionsOf.get(topic) ?? []).toSorted((a, b) => a - b)) {
      seats.set(`${topic}/${partition}`, { topic, partition, holder: null });
    }
  }
  return seats;
}

/** Where two members claim one partition, the claim of the later generation is true. */
function keepOwned(
  members: readonly StickyMember[],
  seats: Map<string, Seat>,
  load: Map<string, number>,
): void {
  for (const member of members.toSorted((a, b) => b.generation - a.generation)) {
    for (const [topic, partitions] of member.owned) {
      if (!member.topics.includes(topic)) continue;
      for (const partition of partitions) {
        const seat = seats.get(`${topic}/${partition}`);
        if (seat === undefined || seat.holder !== null) continue;
        take(seat, member.memberId, load);
      }
    }
  }
}

function giveFree(
  members: readonly StickyMember[],
  seats: Map<string, Seat>,
  load: Map<string, number>,
): void {
  for (const seat of seats.values()) {
    if (seat.holder !== null) continue;
    const member = leastLoaded(members, seat.topic, load);
    if (member !== null) take(seat, member, load);
  }
}

/**
 * Moves single partitions from the fullest to the emptiest member until no partition's holder has two more than another that
 * could take it.
 */
function balance(
  members: readonly StickyMember[],
  seats: Map<string, Seat>,
  load: Map<string, number>,
): void {
  const fullestNow = () => fullestGiver(members, seats, load);
  for (let fullest = fullestNow(); fullest > 0; fullest = fullestNow()) {
    for (const seat of seats.values()) {
      const { holder } = seat;
      if (holder === null) continue;
      const held = load.get(holder) ?? 0;
      // Only the fullest gives: what a member gave beyond its share would have to come back to it from another.
      if (held < fullest) continue;
      const target = leastLoaded(members, seat.topic, load);
      if (target === null || held - (load.get(target) ?? 0) < 2) continue;
      load.set(holder, held - 1);
      take(seat, target, load);
      if (![...load.values()].includes(fullest)) fullest = fullestNow();
    }
  }
}

/**
 * How much the fullest has of those that have two more than another that reads a topic of theirs; 0 where there are none. A
 * member that is fuller, and can give to nobody, must not keep the others from giving.
 */
function fullestGiver(
  members: readonly StickyMember[],
  seats: Map<string, Seat>,
  load: ReadonlyMap<string, number>,
): number {
  const leastBy = new Map<string, number>();
  let fullest = 0;
  for (const { topic, holder } of seats.values()) {
    if (holder === null) continue;
    let least = leastBy.get(topic);
    if (least === undefined) {
      least = load.get(leastLoaded(members, topic, load) ?? holder) ?? 0;
      leastBy.set(topic, least);
    }
    const held = load.get(holder) ?? 0;
    if (held - least >= 2) fullest = Math.max(fullest, held);
  }
  return fullest;
}

function leastLoaded(
  members: readonly StickyMember[],
  topic: string,
  load: ReadonlyMap<string, number>,
): string | null {
  let best: string | null = null;
  for (const member of members) {
    if (!member.topics.includes(topic)) continue;
    if (best === null || (load.get(member.memberId) ?? 0) < (load.get(best) ?? 0)) best = member.memberId;
  }
  return best;
}

function take(seat: Seat, memberId: string, load: Map<string, number>): void {
  seat.holder = memberId;
  load.set(memberId, (load.get(memberId) ?? 0) + 1);
}

function assignments(members: readonly StickyMember[], seats: Map<string, Seat>): Map<string, Assignment> {
  const result = new Map<string, Assignment>(members.map((member) => [member.memberId, new Map()]));
  for (const { topic, partition, holder } of seats.values()) {
    if (holder === null) continue;
    const topics = result.get(holder);
    const partitions = topics?.get(topic);
    if (partitions === undefined) topics?.set(topic, [partition]);
    else partitions.push(partition);
  }
  return result;
}
