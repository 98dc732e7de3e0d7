import type { FetchedRecord } from '@event-pipeline/runtime/kafkajs/fetched-record.ts';
import type { Lane } from './lane.ts';

/** A partition has no more than some 1,500 records under way: settled-ranges.ts. */
const CHAINS = 512;
/** What is left of a hash of 32 bits: its first bits. All keys of a partition may have the same last ones. */
const CHAIN_SHIFT = 32 - Math.log2(CHAINS);

/**
 * The lanes of a partition that have something under way or waiting, by key. While there is one, each record is looked up
 * here, and most are told apart by a number: no key is made a text. Lanes are the links of the chains that they stand in.
 */
export class PendingLanes {
  /** By the first bits of the key's hash; made for those who need it. */
  #chains: (Lane | null)[] | null = null;
  #size = 0;

  /** All of them, in no order, as they are now: what is added or removed later changes nothing about it. */
  values(): Lane[] {
    const lanes: Lane[] = [];
    for (const first of this.#chains ?? []) {
      for (let lane = first; lane !== null; lane = lane.behind) lanes.push(lane);
    }
    return lanes;
  }

  /** The lane that the record has to wait in; undefined where nothing of its key is pending. */
  of(record: FetchedRecord): Lane | undefined {
    if (this.#size === 0 || this.#chains === null || record.keyStart < 0) return undefined;
    const { keyHash } = record;
    for (let lane = this.#chains[keyHash >>> CHAIN_SHIFT] ?? null; lane !== null; lane = lane.behind) {
      if (lane.keyHash === keyHash && lane.record.hasKeyOf(record)) return lane;
    }
    return undefined;
  }

  /** A lane without a key is nobody's but its record's: it is not kept. There must be none of its key. */
  add(lane: Lane): void {
    if (!lane.hasKey) return;
    this.#chains ??= Array.from({ length: CHAINS }, () => null);
    const chain = lane.keyHash >>> CHAIN_SHIFT;
    lane.behind = this.#chains[chain] ?? null;
    this.#chains[chain] = lane;
    this.#size += 1;
  }

  /** Nothing is pending in the lane any more. One that is not here, as another has taken its place, is left alone. */
  remove(lane: Lane): void {
    if (this.#chains === null || !lane.hasKey) return;
    const chain = lane.keyHash >>> CHAIN_SHIFT;
    let before: Lane | null = null;
    let found = this.#chains[chain] ?? null;
    while (found !== null && found !== lane) {
      before = found;
      found = found.behind;
    }
    if (found === null) return;
    if (before === null) this.#chains[chain] = lane.behind;
    else before.behind = lane.behind;
    lane.behind = null;
    this.#size -= 1;
  }
}
