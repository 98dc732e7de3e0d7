import { groupMutants } from './group-mutants.ts';
import { letterMutants } from './letter-mutants.ts';
import type { Mutant } from './mutant.ts';
import { processMutants } from './process-mutants.ts';
import { settlingMutants } from './settling-mutants.ts';

/** At least one for each invariant; a checker that lets one of them live is blind there. */
export const mutants: readonly Mutant[] = [
  ...settlingMutants,
  ...groupMutants,
  ...letterMutants,
  ...processMutants,
];
