import type { Completed } from './forward-exchange.ts';

/**
 * What an answer of the target means.
 * `handled`: done. `failed`: a failed attempt. `rejected`: never try this event again. `unavailable`: the target or our
 * access to it, never the event. `doubtful`: the target, unless it answers the others well; then it is the event.
 */
export type Verdict = 'handled' | 'failed' | 'rejected' | 'unavailable' | 'doubtful';

const BY_STATUS: ReadonlyMap<number, Verdict> = new Map([
  [401, 'unavailable'],
  [403, 'unavailable'],
  [404, 'unavailable'],
  [405, 'unavailable'],
  [407, 'unavailable'],
  [408, 'failed'],
  [425, 'failed'],
  [429, 'unavailable'],
  [502, 'doubtful'],
  [503, 'doubtful'],
  [504, 'doubtful'],
]);

/** What came of a request, as the table has it. */
export function verdictOf(result: Completed): Verdict {
  if (result.kind === 'answer') return verdictOfStatus(result.status);
  if (result.kind === 'no-connection') return 'unavailable';
  // A target that dies over a request is no different from one that hangs over it.
  if (result.kind === 'cut') return 'doubtful';
  return result.connected ? 'doubtful' : 'unavailable';
}

/** A final status: 200 or more. */
function verdictOfStatus(status: number): Verdict {
  const special = BY_STATUS.get(status);
  if (special !== undefined) return special;
  if (status < 300) return 'handled';
  // Redirects are never followed: whoever sends them is not the target that was meant.
  if (status < 400) return 'unavailable';
  return status < 500 ? 'rejected' : 'failed';
}
