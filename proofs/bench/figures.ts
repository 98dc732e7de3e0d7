import type { Mark, SubjectResult } from './protocol.ts';

/** What one run tells; null where the case does not ask for it. */
export interface Figures {
  readonly recordsPerSec: number | null;
  /** User and system time of the whole process, all its threads. */
  readonly cpuUsPerRecord: number | null;
  /** The same for the second half of the records. */
  readonly secondHalfCpuUs: number | null;
  readonly peakRssMib: number;
  /** From the start of the process to the first call of a handler. */
  readonly firstRecordMs: number | null;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly p999Ms: number | null;
}

export type Figure = keyof Figures;

/**
 * Rates count between the looks at which these parts of the records were done. Starting and joining are no part of them,
 * nor is the end, where positions wait for the last letter and the next commit's time.
 */
const MEASURED_FROM = 0.1;
const MEASURED_TO = 0.95;

export function figuresOf(result: SubjectResult, startedAtUs: number): Figures {
  const { marks, latenciesUs, firstRecordAtUs, peakRssKib } = result;
  const span = between(marks, MEASURED_FROM);
  const latencies = latenciesUs.toSorted((a, b) => a - b);
  const percentileMs = (p: number): number | null => {
    const value = latencies[Math.ceil(latencies.length * p) - 1];
    return value === undefined ? null : value / 1000;
  };
  return {
    recordsPerSec: span === null ? null : span.records / (span.wallUs / 1e6),
    cpuUsPerRecord: span === null ? null : span.cpuUs / span.records,
    secondHalfCpuUs: perRecord(between(marks, 0.5)),
    peakRssMib: peakRssKib / 1024,
    firstRecordMs: firstRecordAtUs === null ? null : (firstRecordAtUs - startedAtUs) / 1000,
    p50Ms: percentileMs(0.5),
    p99Ms: percentileMs(0.99),
    p999Ms: percentileMs(0.999),
  };
}

interface Span {
  readonly records: number;
  readonly wallUs: number;
  readonly cpuUs: number;
}

/** What happened between the first look at or beyond a part of the records, and the end of what is measured. */
function between(marks: readonly Mark[], part: number): Span | null {
  const total = marks.at(-1)?.settled ?? 0;
  const reached = (share: number) => marks.find(({ settled }) => settled >= total * share);
  const [first, last] = [reached(part), reached(MEASURED_TO)];
  if (first === undefined || last === undefined || first === last) return null;
  return {
    records: last.settled - first.settled,
    wallUs: last.atUs - first.atUs,
    cpuUs: last.cpuUs - first.cpuUs,
  };
}

const perRecord = (span: Span | null): number | null => (span === null ? null : span.cpuUs / span.records);

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** Null where no run has the figure. */
export function spreadOf(runs: readonly Figures[], figure: Figure): Spread | null {
  const values = runs.map((run) => run[figure]).filter((value) => value !== null);
  const sorted = values.toSorted((a, b) => a - b);
  const [min, max] = [sorted[0], sorted.at(-1)];
  if (min === undefined || max === undefined) return null;
  const upper = sorted[sorted.length >>> 1] as number;
  const lower = sorted[(sorted.length - 1) >>> 1] as number;
  return { median: (lower + upper) / 2, min, max };
}
