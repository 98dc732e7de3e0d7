import { columns } from './columns.ts';
import { recoveryP99Ms, type CellResult } from './run-cell.ts';

/** A table with a line for each scenario and one for all. */
export function table(results: readonly CellResult[]): string {
  const names = [...new Set(results.map(({ scenario }) => scenario))].toSorted();
  const lines = [
    ['scenario', 'cells', 'rounds', 'records', 'kills', 'duplicates', 'recovery p99', 'violations'],
    ...names.map((name) =>
      line(
        name,
        results.filter(({ scenario }) => scenario === name),
      ),
    ),
    line('all', results),
  ];
  return columns(lines, 1);
}

function line(name: string, results: readonly CellResult[]): string[] {
  const sum = (of: (result: CellResult) => number) =>
    String(results.reduce((total, result) => total + of(result), 0));
  const p99 = recoveryP99Ms(results);
  return [
    name,
    String(results.length),
    sum(({ rounds }) => rounds),
    sum(({ records }) => records),
    sum(({ tally }) => tally['kill'] ?? 0),
    sum(({ duplicates }) => duplicates),
    p99 === null ? '–' : `${(p99 / 1_000).toFixed(1)} s`,
    sum(({ violations }) => violations.length),
  ];
}

/** What to say of a cell as soon as it has ended. */
export function sayCell({ scenario, seed, rounds, records, tally, violations, folder }: CellResult): string {
  const happened = Object.entries(tally).map(([what, count]) => `${count} × ${what}`);
  const facts = [`${rounds} rounds`, `${records} records`, ...happened].join(', ');
  if (violations.length === 0)
    return [`ok    ${scenario} (${facts})`, ...(folder === null ? [] : [`its ledgers: ${folder}`])].join(
      '\n      ',
    );
  const again = `run it again: npm run faults -- --only ${scenario} --seed ${seed} --cells 1`;
  return [`WRONG ${scenario} (${facts})`, ...violations, `its ledgers: ${folder}`, again].join('\n      ');
}
