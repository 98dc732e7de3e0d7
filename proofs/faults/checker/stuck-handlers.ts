import type { Life, Policy } from './evidence.ts';
import { stepPlace } from './settling.ts';

/** When a handler had its time up for as long again, and when it ended at last; Infinity where it never did. */
export interface Stuck {
  readonly fromUs: number;
  readonly toUs: number;
}

/** By the ledger, the handlers of a process that did not end: only a restart cures that. */
export function stuckHandlers({ steps }: Life, { handlerTimeoutMs }: Policy): Stuck[] {
  const stuckAfterUs = 2 * handlerTimeoutMs * 1e3;
  const began = new Map<string, number>();
  const stuck: Stuck[] = [];
  for (const step of steps) {
    const place = stepPlace(step);
    if (step.mark === 'B') began.set(place, step.us);
    if (step.mark !== 'H' && step.mark !== 'F') continue;
    const fromUs = (began.get(place) ?? Infinity) + stuckAfterUs;
    if (fromUs < step.us) stuck.push({ fromUs, toUs: step.us });
    began.delete(place);
  }
  for (const us of began.values()) stuck.push({ fromUs: us + stuckAfterUs, toUs: Infinity });
  return stuck;
}
