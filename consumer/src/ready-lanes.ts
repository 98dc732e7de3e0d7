import type { Lane } from './lane.ts';
import type { Slots } from './slots.ts';

/** Lanes whose next record may begin, as the one before is settled; the first that became so comes first. */
export class ReadyLanes {
  readonly #line: Lane[] = [];
  readonly #slots: Pick<Slots, 'tryTake'>;

  constructor(slots: Pick<Slots, 'tryTake'>) {
    this.#slots = slots;
  }

  add(lane: Lane): void {
    this.#line.push(lane);
  }

  /** Takes the next whose partition is not held, and a slot for it; null where there is none, or no slot is free. */
  next(): Lane | null {
    for (let count = this.#line.length; count > 0; count -= 1) {
      const lane = this.#line.shift() as Lane;
      // A lane without records is one of a log that is not there any more.
      if (lane.partition.released.aborted || lane.waiting === 0) continue;
      if (lane.partition.held !== null) {
        this.#line.push(lane);
        continue;
      }
      if (this.#slots.tryTake()) return lane;
      this.#line.unshift(lane);
      return null;
    }
    return null;
  }
}
