import { parseArgs } from 'node:util';

export interface FaultArguments {
  readonly minutes: number;
  readonly seed: number;
  /** Beginnings of names, of scenarios or of mutants; empty for all. */
  readonly only: readonly string[];
  readonly list: boolean;
  readonly ci: boolean;
  /** The mutant to run the consumers with; null for the code as it is. */
  readonly mutant: string | null;
  /** Whether to run all mutants instead, each in its scenario. */
  readonly mutants: boolean;
  /** For so many minutes, the soak and nothing else; null for the scenarios. */
  readonly soakMinutes: number | null;
  /** How many cells run side by side. */
  readonly cells: number;
}

const CI_MINUTES = 3.5;

export const usage = `npm run faults -- [options]
  --minutes N      for so long (10); 0: each scenario once
  --seed N         what decides records, faults and moments
  --only NAMES     scenarios whose names begin so, with commas between them
  --list           names the scenarios and ends
  --cells N        so many groups of consumers side by side (3)
  --ci             the short selection
  --mutants        whether the checks see mistakes; --only names mutants
  --mutant NAME    runs the scenarios with that mistake in the code
  --soak MINUTES   a steady load, in which nothing may grow
`;

/** Reads the command line. @throws Error where it says what is not understood */
export function readArguments(args: readonly string[]): FaultArguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string' },
      seed: { type: 'string' },
      only: { type: 'string', multiple: true, default: [] },
      list: { type: 'boolean', default: false },
      mutant: { type: 'string' },
      mutants: { type: 'boolean', default: false },
      ci: { type: 'boolean', default: false },
      soak: { type: 'string' },
      cells: { type: 'string', default: '3' },
    },
  });
  const minutes = number('minutes', values.minutes ?? (values.ci ? String(CI_MINUTES) : '10'));
  const seed = number('seed', values.seed ?? String(Date.now() % 1_000_000));
  const only = values.only.flatMap((names) => names.split(','));
  const mutant = values.mutant ?? null;
  return {
    mutant,
    mutants: values.mutants,
    minutes,
    seed,
    only,
    list: values.list,
    ci: values.ci,
    soakMinutes: values.soak === undefined ? null : number('soak', values.soak),
    cells: wholeNumber('cells', values.cells),
  };
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new Error(`--${name} takes a whole number from 1 on, not '${text}'`);
  return value;
}

function number(name: string, text: string): number {
  const value = Number(text);
  if (text === '' || !(value >= 0)) throw new Error(`--${name} takes a number, not '${text}'`);
  return value;
}
