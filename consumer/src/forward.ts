import type { Event } from '@event-pipeline/schemas/event-types.ts';
import type { Dispatcher } from 'undici';
import { exchange, type Completed, type Exchange } from './forward-exchange.ts';
import { verdictOf, type Verdict } from './forward-answer.ts';
import { forwardFailure } from './forward-failure.ts';
import { createForwardConnections } from './forward-connections.ts';
import { forwardRequest } from './forward-request.ts';
import { forwardTarget } from './forward-target.ts';
import type { RawRecord } from './forward-body.ts';
import type { HandlerContext } from './handler.ts';

export interface ForwardOptions {
  /** FORWARD_URL, an http or https URL; credentials in it are sent as basic authentication. */
  readonly url: string;
  /** From the first step of connecting to the end of the answer, a second try on a fresh connection included. */
  readonly timeoutMs: number;
  /** At most so many connections are open; callers beyond them wait. */
  readonly maxConnections: number;
}

export interface Forward {
  /**
   * POSTs one event; resolves once the target has taken it. Throws `Rejected`, `Unavailable`, another error for a
   * failed attempt, or the signal's reason once that has aborted.
   */
  readonly forward: (event: Event, context: HandlerContext, raw: RawRecord) => Promise<void>;
  /** Ends all connections; what is still under way on them fails. */
  readonly close: () => Promise<void>;
}

/** How many requests came out in any way, and how many of them with a 2xx. */
interface Tally {
  readonly all: number;
  readonly handled: number;
}

/** Timers of the platform cannot wait longer. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Makes the forwarding of events to FORWARD_URL. Nothing is connected before the first event. */
export function createForward(options: ForwardOptions): Forward {
  const target = forwardTarget(options.url);
  const timeoutMs = Math.min(options.timeoutMs, MAX_TIMER_MS);
  const connections = createForwardConnections({
    origin: target.origin,
    max: options.maxConnections,
    connectTimeoutMs: timeoutMs,
  });
  let tally: Tally = { all: 0, handled: 0 };
  // The tally as each event's last try left it. One context serves all tries of a record, and goes with it.
  const atPreviousTry = new WeakMap<HandlerContext, Tally>();

  async function send(request: Dispatcher.DispatchOptions, signal: AbortSignal): Promise<Exchange> {
    const connection = await connections.take();
    try {
      signal.throwIfAborted();
      const deadline = performance.now() + timeoutMs;
      const first = await exchange(connection, request, timeoutMs, signal);
      if (first.kind !== 'cut' || !first.stale) return first;
      // Its socket is gone, so the client connects anew.
      return await exchange(connection, request, Math.max(deadline - performance.now(), 0), signal);
    } finally {
      connections.giveBack(connection);
    }
  }

  /** Whether most other requests since this event's previous try came out with a 2xx. */
  function othersAreWell(context: HandlerContext): boolean {
    const before = atPreviousTry.get(context);
    if (before === undefined) return false;
    return (tally.handled - before.handled) * 2 > tally.all - before.all;
  }

  /** The verdict with the doubt resolved. */
  function judge(result: Completed, context: HandlerContext): Exclude<Verdict, 'doubtful'> {
    let verdict = verdictOf(result);
    if (verdict === 'doubtful') verdict = othersAreWell(context) ? 'failed' : 'unavailable';
    tally = { all: tally.all + 1, handled: tally.handled + (verdict === 'handled' ? 1 : 0) };
    if (verdict !== 'handled') atPreviousTry.set(context, tally);
    return verdict;
  }

  async function forward(event: Event, context: HandlerContext, raw: RawRecord): Promise<void> {
    const { signal } = context;
    signal.throwIfAborted();
    const result = await send(forwardRequest(target, event, context, raw), signal);
    if (result.kind === 'aborted') throw signal.reason;
    const verdict = judge(result, context);
    if (verdict !== 'handled') throw forwardFailure(verdict, result, { name: target.name, timeoutMs });
  }

  return { forward, close: connections.close };
}
