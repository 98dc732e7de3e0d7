import { createWaitingLine } from './waiting-line.ts';
import type { Gate, GateResult } from './gate.ts';
import { Unavailable } from './handler.ts';

/** A gate with those who wait before it, first come, first served. */
export interface Doorway {
  /** A ticket, or 0 where the gate is closed or others wait already. */
  tryEnter(): number;
  /** Waits for a ticket, in turn; 0 when `signal` aborts first. */
  enter(signal: AbortSignal): Promise<number>;
  /** `error` is what the handler threw; with `unavailable` it says why, and how long to wait. */
  leave(ticket: number, result: GateResult, error?: unknown): void;
  /** Whether the ticket still lets its holder in: the gate has not closed since. */
  isCurrent(ticket: number): boolean;
}

/**
 * Lets waiting lanes through a gate in turn. One whose probe fails waits again at the end, so that each probe is of a
 * different lane where there is one: an event that the target chokes on cannot keep the gate shut for all others.
 */
export function createDoorway(gate: Gate, now: () => number): Doorway {
  const line = createWaitingLine<number>({ cut: 0, left: setTimer });
  let timer: NodeJS.Timeout | null = null;

  function serve(): void {
    line.serve(() => gate.tryEnter() || null);
    setTimer();
  }

  function setTimer(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const nextTryAt = line.length === 0 ? null : gate.nextTryAtMs();
    if (nextTryAt === null) return;
    timer = setTimeout(serve, Math.max(nextTryAt - now(), 0) + 1);
  }

  function enter(signal: AbortSignal): Promise<number> {
    const ticket = line.wait(signal);
    serve();
    return ticket;
  }

  return {
    tryEnter: () => (line.length > 0 ? 0 : gate.tryEnter()),
    enter,
    isCurrent: (ticket) => gate.isCurrent(ticket),
    leave(ticket, result, error) {
      if (error instanceof Unavailable) gate.leave(ticket, result, error.message, error.retryAfterMs);
      else gate.leave(ticket, result);
      if (line.length > 0) serve();
    },
  };
}
