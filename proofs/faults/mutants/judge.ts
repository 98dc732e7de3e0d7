import type { CellResult } from '../run-cell.ts';
import type { Mutant } from './mutant.ts';

export interface Judgement {
  readonly mutant: Mutant;
  /** The invariants whose checks said something, in their order. */
  readonly caughtBy: readonly string[];
  /** `caught`, or why this proves nothing of the checks. */
  readonly verdict: 'caught' | 'LIVES' | 'CAUGHT ELSEWHERE' | 'NEVER IN' | 'NOT RUN';
}

/** Whether the checks have found the mutant, by an invariant that it breaks. */
export function judge(mutant: Mutant, { rounds, violations }: CellResult, wasIn: boolean): Judgement {
  const found = new Set(violations.flatMap((violation) => /^I\d+(?=:)/.exec(violation)?.[0] ?? []));
  const caughtBy = [...found].toSorted((a, b) => Number(a.slice(1)) - Number(b.slice(1)));
  const said = (verdict: Judgement['verdict']) => ({ mutant, caughtBy, verdict });
  if (rounds === 0) return said('NOT RUN');
  if (!wasIn) return said('NEVER IN');
  if (caughtBy.length === 0) return said('LIVES');
  return said(caughtBy.some((name) => mutant.breaks.includes(name)) ? 'caught' : 'CAUGHT ELSEWHERE');
}

/** The invariants that no mutant was caught by, although it breaks them. */
export function blindInvariants(mutants: readonly Mutant[], judgements: readonly Judgement[]): string[] {
  const seen = new Set(
    judgements.flatMap(({ mutant, caughtBy }) => caughtBy.filter((name) => mutant.breaks.includes(name))),
  );
  return [...new Set(mutants.flatMap(({ breaks }) => breaks))].filter((name) => !seen.has(name));
}
