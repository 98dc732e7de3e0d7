import { parseArgs } from 'node:util';
import { cases, type Case } from './cases.ts';

export interface BenchArguments {
  readonly cases: readonly Case[];
  readonly runs: number;
  readonly records: number;
  /** Where profiles of this consumer go; null for none. */
  readonly profile: string | null;
}

const DEFAULT_RUNS = 5;
const DEFAULT_RECORDS = 800_000;

export const usage = `npm run bench -- [options]
  --all            every case, not only those of ten minutes
  --case NAME      that case; may stand more than once
                   (${cases.map(({ name }) => name).join(', ')})
  --runs N         alternating runs of each subject (${DEFAULT_RUNS})
  --records N      records of a case (${DEFAULT_RECORDS.toLocaleString('en')})
  --profile FOLDER where CPU profiles of this consumer go
`;

/** Reads the command line. @throws Error in one sentence for people. */
export function readArguments(args: readonly string[]): BenchArguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      all: { type: 'boolean', default: false },
      case: { type: 'string', multiple: true, default: [] },
      runs: { type: 'string', default: String(DEFAULT_RUNS) },
      records: { type: 'string', default: String(DEFAULT_RECORDS) },
      profile: { type: 'string' },
    },
  });
  const names = values.case;
  const unknown = names.filter((name) => !cases.some((one) => one.name === name));
  if (unknown.length > 0) {
    throw new Error(
      `There is no case ${unknown.join()}; there are ${cases.map(({ name }) => name).join(', ')}.`,
    );
  }
  const chosen = cases.filter((one) =>
    names.length > 0 ? names.includes(one.name) : values.all || one.onlyWithAll !== true,
  );
  return {
    cases: chosen,
    runs: wholeNumber('--runs', values.runs),
    records: wholeNumber('--records', values.records),
    profile: values.profile ?? null,
  };
}

function wholeNumber(name: string, value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1)
    throw new Error(`${name} is ${value}, and must be a whole number ≥ 1.`);
  return number;
}
