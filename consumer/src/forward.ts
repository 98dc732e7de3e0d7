import type { Event } from '@event-pipeline/schemas/event-types.ts';
import { ExchangeUnderWay, type Completed } from './forward-exchange.ts';
import { verdictOf, type Verdict } from './forward-answer.ts';
import { forwardFailure } from './forward-failure.ts';
import { createForwardConnections, type ForwardConnection } from './forward-connections.ts';
import { ForwardRequest } from './forward-request.ts';
import { forwardTarget } from './forward-target.ts';
import type { RawRecord } from './forward-body.ts';
import type { HandlerContext } from './handler.ts';
import { createTimeLimits, MAX_TIMER_MS } from './time-limits.ts';

export interface ForwardOptions {
  /** FORWARD_URL, an http or https URL; credentials in it are sent as basic authentication. */
  readonly url: string;
  /** From the first step of connecting to the end of the answer, a second try on a fresh connection included. */
  readonly timeoutMs: number;
  /** At most so many connections are open; callers beyond them wait. */
  readonly maxConnections: number;
}

/** The record that an event came in. It is told of an abort by hand: a signal for each event would cost too much. */
export interface ForwardedRecord extends RawRecord {
  /** Why the attempt must end; null while it need not. */
  readonly abortReason: Error | null;
  /** Called when `abortReason` comes; belongs to whoever works on the attempt now. */
  onAbort: (() => void) | null;
}

export interface Forward {
  /**
   * POSTs one event; resolves once the target has taken it. Throws `Rejected`, `Unavailable`, another error for a
   * failed attempt, or `record.abortReason` once there is one.
   */
  readonly forward: (event: Event, context: HandlerContext, record: ForwardedRecord) => Promise<void>;
  /** Ends all connections; what is still under way on them fails. */
  readonly close: () => Promise<void>;
}

/** How many requests came out in any way, and how many of them with a 2xx. */
interface Tally {
  readonly all: number;
  readonly handled: number;
}

/** Makes the forwarding of events to FORWARD_URL. Nothing is connected before the first event. */
export function createForward(options: ForwardOptions): Forward {
  const target = forwardTarget(options.url);
  const timeoutMs = Math.min(options.timeoutMs, MAX_TIMER_MS);
  const timeLimits = createTimeLimits<ExchangeUnderWay>(timeoutMs, (exchange) => exchange.timeOut());
  const connections = createForwardConnections({
    origin: target.origin,
    max: options.maxConnections,
    connectTimeoutMs: timeoutMs,
  });
  let all = 0;
  let handled = 0;
  // The tally as each event's last try left it. One context serves all tries of a record, and goes with it.
  const atPreviousTry = new WeakMap<HandlerContext, Tally>();

  /** Whether most other requests since this event's previous try came out with a 2xx. */
  function othersAreWell(context: HandlerContext): boolean {
    const before = atPreviousTry.get(context);
    if (before === undefined) return false;
    return (handled - before.handled) * 2 > all - before.all;
  }

  /** At most the time that it has. */
  function waitedMs(exchange: ExchangeUnderWay): number {
    return Math.min(timeoutMs, performance.now() - exchange.sinceMs);
  }

  /** The verdict with the doubt resolved. */
  function judge(result: Completed, context: HandlerContext): Exclude<Verdict, 'doubtful'> {
    let verdict = verdictOf(result);
    if (verdict === 'doubtful') verdict = othersAreWell(context) ? 'failed' : 'unavailable';
    all += 1;
    if (verdict === 'handled') handled += 1;
    else atPreviousTry.set(context, { all, handled });
    return verdict;
  }

  function send(
    connection: ForwardConnection,
    request: ForwardRequest,
    context: HandlerContext,
    record: ForwardedRecord,
  ): Promise<void> {
    const exchange = new ExchangeUnderWay(connection, request);
    const letGo = (): void => {
      timeLimits.delete(exchange);
      record.onAbort = null;
      connections.giveBack(connection);
    };
    timeLimits.add(exchange, performance.now());
    record.onAbort = () => {
      // The handler before it took a part of the attempt's time: silence for most of its own is the target's.
      if (waitedMs(exchange) >= timeoutMs / 2) exchange.timeOut();
      else exchange.abort();
    };
    exchange.begin();
    return exchange.ended.then(
      (result) => {
        letGo();
        if (result.kind === 'aborted') throw record.abortReason;
        const verdict = judge(result, context);
        if (verdict !== 'handled')
          throw forwardFailure(verdict, result, { name: target.name, waitedMs: waitedMs(exchange) });
      },
      (bug: unknown) => {
        letGo();
        throw bug;
      },
    );
  }

  async function waitAndSend(
    request: ForwardRequest,
    context: HandlerContext,
    record: ForwardedRecord,
  ): Promise<void> {
    const connection = await connections.take();
    if (record.abortReason === null) return await send(connection, request, context, record);
    connections.giveBack(connection);
    throw record.abortReason;
  }

  function forward(event: Event, context: HandlerContext, record: ForwardedRecord): Promise<void> {
    if (record.abortReason !== null) return Promise.reject(record.abortReason);
    // Before a connection is taken: it throws where the handler has made something else of the event, and nobody would give it back.
    const request = new ForwardRequest(target, event, context, record);
    const connection = connections.tryTake();
    if (connection === null) return waitAndSend(request, context, record);
    return send(connection, request, context, record);
  }

  return { forward, close: connections.close };
}
