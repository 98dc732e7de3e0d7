import type { Verdict } from './forward-answer.ts';
import { codeOf, type Completed } from './forward-exchange.ts';
import { Rejected, Unavailable } from './handler.ts';
import { retryAfterMs } from './retry-after.ts';

/** Where a request went, and for how long it was waited. */
interface Attempted {
  /** What the target may be called, `ForwardTarget.name`. */
  readonly name: string;
  readonly waitedMs: number;
}

/** The statuses with which Retry-After is a wish to be left alone (RFC 9110, section 15.6.4, and RFC 6585). */
const ASK_FOR_TIME: ReadonlySet<number> = new Set([429, 503]);

/** The target is away: its gate closes, and not the one of the event's type. */
class TargetUnavailable extends Unavailable {}

/** The target has refused the event. */
class TargetRejected extends Rejected {}

/** The target could not do its work on the event. */
class TargetFailed extends Error {}

/** Whether the target is away. */
export function isTargetAway(error: unknown): boolean {
  return error instanceof TargetUnavailable;
}

/** Whether it is what the target said, and not a handler. */
export function isOfTarget(error: unknown): boolean {
  return (
    error instanceof TargetUnavailable || error instanceof TargetRejected || error instanceof TargetFailed
  );
}

/** What is thrown for a request that did not end well. */
export function forwardFailure(
  verdict: Exclude<Verdict, 'handled' | 'doubtful'>,
  result: Completed,
  attempted: Attempted,
): Error {
  const message = sentence(result, attempted);
  const options = 'error' in result ? { cause: result.error } : {};
  if (verdict === 'rejected') return new TargetRejected(message, options);
  if (verdict === 'failed') return new TargetFailed(message, options);
  return new TargetUnavailable(message, { ...options, retryAfterMs: askedForMs(result) });
}

function askedForMs(result: Completed): number | null {
  if (result.kind !== 'answer' || !ASK_FOR_TIME.has(result.status)) return null;
  return retryAfterMs(result.retryAfter, Date.now());
}

/** Names what happened and the target's host: no payload, no credentials, nothing that the target wrote. */
function sentence(result: Completed, { name, waitedMs }: Attempted): string {
  if (result.kind === 'answer') return `${name} answered ${result.status}`;
  if (result.kind === 'time-out') {
    return `${result.connected ? 'no answer from' : 'no connection to'} ${name} within ${Math.round(waitedMs) / 1000} s`;
  }
  const code = codeOf(result.error);
  if (result.kind === 'no-connection') return `no connection to ${name}: ${result.error.message || code}`;
  return `${name} closed the connection without an answer: ${code || result.error.message}`;
}
