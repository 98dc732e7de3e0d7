export interface Turns {
  /** Asks for the work. */
  ask(): void;
  /** Calls back in the next turn, unless the work is asked for by then. */
  ifIdle(callBack: () => void): void;
}

/**
 * Has `work` looked at once for all who ask within a turn of the event loop, when its timers and sockets were served. So it
 * never starves the loop; and what a turn made possible begins together, which costs less than one by one, as the
 * processor has the code of each step at hand.
 */
export function oncePerTurn(work: () => void): Turns {
  let isAsked = false;
  return {
    ask() {
      if (isAsked) return;
      isAsked = true;
      setImmediate(() => {
        isAsked = false;
        work();
      });
    },
    ifIdle(callBack) {
      setImmediate(() => {
        if (!isAsked) callBack();
      });
    },
  };
}
