/** The fetch loops that there are, by their brokers' ids, and since when each has been over one request or piece of its answer. */
export interface LoopTimes {
  has(nodeId: number): boolean;
  /** A request is begun, or a piece of a large answer done. */
  begin(nodeId: number): void;
  /** Nothing is asked for: the loop may wait for room, or for an outage to end, as long as that takes. */
  rest(nodeId: number): void;
  end(nodeId: number): void;
  /** How long the slowest of them has been over one of these, in milliseconds. */
  busyMs(): number;
}

/**
 * All that a loop awaits for one answer is bounded; one that is over one step of it for longer than the bounds together is stuck by a mistake,
 * and only a restart would cure that. Heartbeats that go on would hide it.
 */
export function createLoopTimes(): LoopTimes {
  /** By `performance.now()`; null at rest. */
  const busySince = new Map<number, number | null>();

  function busyMs(): number {
    const nowMs = performance.now();
    return Math.max(0, ...[...busySince.values()].map((sinceMs) => nowMs - (sinceMs ?? nowMs)));
  }

  return {
    has: (nodeId) => busySince.has(nodeId),
    begin: (nodeId) => void busySince.set(nodeId, performance.now()),
    rest: (nodeId) => void busySince.set(nodeId, null),
    end: (nodeId) => void busySince.delete(nodeId),
    busyMs,
  };
}
