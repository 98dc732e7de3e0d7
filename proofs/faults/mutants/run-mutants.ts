import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { shortPatience } from '../cell/patience.ts';
import { columns } from '../columns.ts';
import { runAll } from '../run-all.ts';
import type { CellResult } from '../run-cell.ts';
import type { Scenario } from '../scenario.ts';
import { blindInvariants, judge, type Judgement } from './judge.ts';
import type { Mutant } from './mutant.ts';
import { mutants } from './mutants.ts';

export interface MutantRun {
  readonly scenarios: readonly Scenario[];
  /** Beginnings of mutants' names; empty for all. */
  readonly only: readonly string[];
  readonly seed: number;
  readonly cells: number;
  readonly folder: string;
  readonly say: (text: string) => void;
}

const CELL_MS = 10_000;

/** The settings of a scenario's consumers, and what they need in their environment to run as this mutant. */
export function asMutant(
  name: string,
  { NODE_OPTIONS = '', ...env }: Scenario['env'] = {},
): Record<string, string> {
  // The mutant comes first: what else is loaded before the consumer may load pieces of it.
  const options = `--import ${import.meta.resolve('./mutate.ts')} ${NODE_OPTIONS}`;
  return { ...env, FAULTS_MUTANT: name, NODE_OPTIONS: options.trim() };
}

/**
 * Runs each mutant in its scenario, for a short time, and prints who was caught by which checks.
 * @returns whether all were caught by an invariant that they break, and each invariant has caught one of its own
 * @throws Error where a mutant names a scenario that is not there
 */
export async function runMutants(run: MutantRun): Promise<boolean> {
  const chosen = mutants.filter(
    ({ name }) => run.only.length === 0 || run.only.some((begin) => name.startsWith(begin)),
  );
  run.say(`seed ${run.seed}, ${chosen.length} mutants`);
  if (chosen.length === 0) return false;
  const judgements = new Map<Mutant, Judgement>();
  await runAll({
    ...run,
    scenarios: chosen.map((mutant) => scenarioOf(mutant, run.scenarios)),
    eachOnce: true,
    durationMs: 0,
    cellMs: CELL_MS,
    patience: shortPatience,
    keep: true,
    onResult: (result) => {
      // Each mutant is one cell, and cells have seeds in steps of 10.
      const mutant = chosen[(result.seed - run.seed) / 10] as Mutant;
      const judgement = judge(mutant, result, wasIn(mutant, result));
      judgements.set(mutant, judgement);
      run.say(sayMutant(judgement, result));
    },
  });
  const all = chosen.map((mutant) => judgements.get(mutant) as Judgement);
  run.say(mutantTable(all));
  // Some of them need not be caught by each invariant that they break.
  const blind = run.only.length > 0 ? [] : blindInvariants(chosen, all);
  if (blind.length > 0) run.say(`no mutant was caught by ${blind.join(', ')}`);
  return blind.length === 0 && all.every(({ verdict }) => verdict === 'caught');
}

function scenarioOf(mutant: Mutant, scenarios: readonly Scenario[]): Scenario {
  const scenario = scenarios.find(({ name }) => name === mutant.scenario);
  if (scenario === undefined)
    throw new Error(`${mutant.name} is for ${mutant.scenario}, and there is no such scenario`);
  // The first moment is the one with the most to lose.
  const moments = scenario.moments.slice(0, 1);
  return { ...scenario, moments, env: asMutant(mutant.name, scenario.env) };
}

/** A consumer of the cell has said that its code was changed. */
function wasIn({ name }: Mutant, { folder }: CellResult): boolean {
  if (folder === null) return false;
  return globSync('*.out', { cwd: folder }).some((file) =>
    readFileSync(path.join(folder, file), 'utf8').includes(`mutant ${name} is in\n`),
  );
}

function sayMutant({ mutant, verdict }: Judgement, { violations, folder }: CellResult): string {
  if (verdict === 'caught') return `caught ${mutant.name}: ${violations[0]}`;
  return [`${verdict} ${mutant.name}`, ...violations, `its ledgers: ${folder}`].join('\n      ');
}

function mutantTable(judgements: readonly Judgement[]): string {
  const lines = judgements.map(({ mutant, caughtBy, verdict }) => [
    mutant.name,
    mutant.scenario,
    mutant.breaks.join(' '),
    caughtBy.join(' ') || '–',
    verdict,
  ]);
  return columns([['mutant', 'scenario', 'breaks', 'caught by', 'verdict'], ...lines], Infinity);
}
