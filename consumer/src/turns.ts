/** The event loop must get its turn: heartbeats, answers, signals. */
const SLICE_MS = 4;

export interface Turns {
  /** Has the work looked at in the next turn of the event loop. */
  stir(): void;
  /**
   * Has it looked at within this turn: what the end of a handler makes possible begins at once. A turn later, timers of the
   * next handler would begin up to a millisecond late. Handlers that end at once share the turn's slice.
   */
  follow(): void;
  /** Until when work may keep the event loop in this turn, by `performance.now()`. */
  sliceEndsMs(): number;
}

/** Decides when `work` runs: once for all who ask, and never so that it starves the event loop. */
export function createTurns(work: () => void): Turns {
  let isStirred = false;
  let isFollowed = false;
  /** 0 where nothing has asked in this turn yet. */
  let sliceEnds = 0;

  function stir(): void {
    if (isStirred) return;
    isStirred = true;
    setImmediate(() => {
      isStirred = false;
      work();
    });
  }

  function follow(): void {
    if (isStirred || isFollowed) return;
    isFollowed = true;
    queueMicrotask(() => {
      isFollowed = false;
      // Asked for meanwhile, by the work itself maybe, which wants others to have their turn before it goes on.
      if (isStirred) return;
      if (performance.now() < sliceEndsMs()) work();
      else stir();
    });
  }

  function sliceEndsMs(): number {
    if (sliceEnds !== 0) return sliceEnds;
    sliceEnds = performance.now() + SLICE_MS;
    setImmediate(() => {
      sliceEnds = 0;
    });
    return sliceEnds;
  }

  return { stir, follow, sliceEndsMs };
}
