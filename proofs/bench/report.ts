import type { Bar, Case } from './cases.ts';
import { spreadOf, type Figure } from './figures.ts';
import type { CaseFigures } from './run-case.ts';

interface Column {
  readonly figure: Figure;
  readonly title: string;
  readonly digits: number;
}

const columns: readonly Column[] = [
  { figure: 'recordsPerSec', title: 'records/s', digits: 0 },
  { figure: 'cpuUsPerRecord', title: 'CPU µs/record', digits: 2 },
  { figure: 'secondHalfCpuUs', title: '… 2nd half', digits: 2 },
  { figure: 'peakRssMib', title: 'peak RSS MiB', digits: 0 },
  { figure: 'firstRecordMs', title: 'first record ms', digits: 0 },
  { figure: 'p50Ms', title: 'p50 ms', digits: 2 },
  { figure: 'p99Ms', title: 'p99 ms', digits: 2 },
  { figure: 'p999Ms', title: 'p99.9 ms', digits: 2 },
];

/** A bar, measured. */
export interface Verdict {
  readonly case: string;
  readonly text: string;
  readonly measured: number;
  readonly bar: number;
  readonly met: boolean;
}

/** The table of a case: the median of each figure and, in brackets, the least and the most. */
export function tableOf(figures: CaseFigures): string {
  const used = columns.filter(({ figure }) =>
    [...figures.values()].some((runs) => spreadOf(runs, figure) !== null),
  );
  const rows = [...figures].map(([label, runs]) => [
    label,
    ...used.map(({ figure, digits }) => {
      const spread = spreadOf(runs, figure);
      if (spread === null) return '–';
      const [median, min, max] = [spread.median, spread.min, spread.max].map((value) => text(value, digits));
      return `${median} (${min}–${max})`;
    }),
  ]);
  return aligned([['', ...used.map(({ title }) => title)], ...rows]);
}

/** Measures each bar of a case by the medians. */
export function verdictsOf({ name, bars }: Case, figures: CaseFigures): Verdict[] {
  return bars.map((bar) => {
    const own = spreadOf(figures.get(bar.of) ?? [], bar.figure)?.median;
    const other =
      bar.against === undefined ? 1 : spreadOf(figures.get(bar.against) ?? [], bar.figure)?.median;
    // NaN, and not met, where there is no figure.
    const measured = (own ?? NaN) / ((other ?? NaN) + (bar.plus ?? 0));
    const met = measured >= (bar.atLeast ?? -Infinity) && measured <= (bar.atMost ?? Infinity);
    return { case: name, text: wordsOf(bar), measured, bar: bar.atLeast ?? bar.atMost ?? NaN, met };
  });
}

export function verdictTable(verdicts: readonly Verdict[]): string {
  const rows = verdicts.map((verdict) => [
    verdict.case,
    verdict.text,
    text(verdict.measured, 2),
    verdict.met ? 'met' : 'NOT met',
  ]);
  return aligned([['case', 'bar', 'measured', ''], ...rows]);
}

function wordsOf({ figure, of, against, atLeast, atMost, plus }: Bar): string {
  const title = columns.find((column) => column.figure === figure)?.title ?? figure;
  const bound = atLeast === undefined ? `≤ ${atMost}` : `≥ ${atLeast}`;
  const other = against === undefined ? '' : ` × (${against}${plus === undefined ? '' : ` + ${plus}`})`;
  return `${title}, ${of}: ${bound}${other}`;
}

function text(value: number, digits: number): string {
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
