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
  return new OrderlyDoorway(gate, now);
}

/** A class, as the gate is, and for its reason. */
class OrderlyDoorway implements Doorway {
  readonly #gate: Gate;
  readonly #now: () => number;
  readonly #line = createWaitingLine<number>({ cut: 0, left: () => this.#setTimer() });
  #timer: NodeJS.Timeout | null = null;

  constructor(gate: Gate, now: () => number) {
    this.#gate = gate;
    this.#now = now;
  }

  tryEnter(): number {
    return this.#line.length > 0 ? 0 : this.#gate.tryEnter();
  }

  enter(signal: AbortSignal): Promise<number> {
    const ticket = this.#line.wait(signal);
    this.#serve();
    return ticket;
  }

  isCurrent(ticket: number): boolean {
    return this.#gate.isCurrent(ticket);
  }

  leave(ticket: number, result: GateResult, error?: unknown): void {
    if (error instanceof Unavailable) this.#gate.leave(ticket, result, error.message, error.retryAfterMs);
    else this.#gate.leave(ticket, result);
    if (this.#line.length > 0) this.#serve();
  }

  #serve(): void {
    this.#line.serve(() => this.#gate.tryEnter() || null);
    this.#setTimer();
  }

  #setTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const nextTryAt = this.#line.length === 0 ? null : this.#gate.nextTryAtMs();
    if (nextTryAt === null) return;
    this.#timer = setTimeout(() => this.#serve(), Math.max(nextTryAt - this.#now(), 0) + 1);
  }
}
