import { percentile } from './cell/recovery.ts';
import type { CellResult } from './run-cell.ts';

/** How far beyond its session the 99th percentile of the recoveries may lie. */
const BAR_MS = 5_000;
/** Of fewer, the 99th percentile is but the largest. */
const ENOUGH = 100;

/** Whether a run's recoveries hold the bar; where they are too few, it does not fall. */
export interface RecoveryVerdict {
  readonly holds: boolean;
  readonly text: string;
}

/** Judges the recoveries of a whole run: the 99th percentile is within the session and 5 s. */
export function judgeRecovery(
  results: readonly Pick<CellResult, 'recoveriesMs' | 'sessionMs'>[],
): RecoveryVerdict {
  const beyondMs = results.flatMap(({ recoveriesMs, sessionMs }) => recoveriesMs.map((ms) => ms - sessionMs));
  const p99 = percentile(beyondMs, 0.99);
  const count = beyondMs.length;
  if (p99 === null || count < ENOUGH)
    return { holds: true, text: `recovery: not judged, ${count} are too few for a 99th percentile` };
  const holds = p99 <= BAR_MS;
  const where = `${Math.abs(p99 / 1_000).toFixed(1)} s ${p99 > 0 ? 'beyond' : 'within'} the session`;
  return {
    holds,
    text: `recovery: ${holds ? 'ok' : 'WRONG'}, the 99th percentile of ${count} lies ${where}, where ${BAR_MS / 1_000} s beyond are the most`,
  };
}
