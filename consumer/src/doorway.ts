import type { Gate, GateResult, GateState } from './gate.ts';

/** A gate with those who wait before it, first come, first served. */
export interface Doorway {
  /** A ticket, or 0 where the gate is closed or others wait already. */
  tryEnter(): number;
  /** Waits for a ticket, in turn; 0 when `signal` aborts first. */
  enter(signal: AbortSignal): Promise<number>;
  leave(ticket: number, result: GateResult, reason?: string, retryAfterMs?: number | null): void;
  state(): GateState;
}

interface Waiter {
  readonly signal: AbortSignal;
  readonly resolve: (ticket: number) => void;
  readonly onAbort: () => void;
}

/**
 * Lets waiting lanes through a gate in turn. One whose probe fails waits again at the end, so that each probe is of a
 * different lane where there is one: an event that the target chokes on cannot keep the gate shut for all others.
 */
export function createDoorway(gate: Gate, now: () => number): Doorway {
  const waiters: Waiter[] = [];
  let timer: NodeJS.Timeout | null = null;

  function serve(): void {
    while (waiters.length > 0) {
      const ticket = gate.tryEnter();
      if (ticket === 0) break;
      const waiter = waiters.shift() as Waiter;
      waiter.signal.removeEventListener('abort', waiter.onAbort);
      waiter.resolve(ticket);
    }
    setTimer();
  }

  function setTimer(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const nextTryAt = waiters.length === 0 ? null : gate.nextTryAtMs();
    if (nextTryAt === null) return;
    timer = setTimeout(serve, Math.max(nextTryAt - now(), 0) + 1);
  }

  function enter(signal: AbortSignal): Promise<number> {
    if (signal.aborted) return Promise.resolve(0);
    return new Promise((resolve) => {
      const waiter: Waiter = {
        signal,
        resolve,
        onAbort: () => {
          waiters.splice(waiters.indexOf(waiter), 1);
          resolve(0);
          setTimer();
        },
      };
      signal.addEventListener('abort', waiter.onAbort, { once: true });
      waiters.push(waiter);
      serve();
    });
  }

  return {
    tryEnter: () => (waiters.length > 0 ? 0 : gate.tryEnter()),
    enter,
    leave(ticket, result, reason, retryAfterMs) {
      gate.leave(ticket, result, reason, retryAfterMs);
      if (waiters.length > 0) serve();
    },
    state: () => gate.state(),
  };
}
