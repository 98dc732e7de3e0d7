import type { z } from 'zod';

/** A setting that can't be used: which, what stood there (safe to print), and what holds for it. */
export interface Problem {
  readonly variable: string;
  readonly value: string;
  readonly rule: string;
}

/** How one environment variable is read. The makers are in `setting-kinds.ts` and `kafka-settings.ts`. */
export type Setting<T> = {
  readonly variable: string;
  /** What a value must be, as words that follow "must be". */
  readonly rule: string;
  /** The value that a text stands for, or undefined where the text breaks the rule. */
  readonly parse: (text: string) => T | undefined;
} & (
  | { /** As it would stand in the environment. */ readonly default: string }
  | { readonly default: null; /** What unset means. */ readonly unset: T }
);

/** A setting with a default. The schema goes from the text to the value. */
export function setting<T>(
  variable: string,
  rule: string,
  fallback: string,
  schema: z.ZodType<T, string>,
): Setting<T> {
  return { variable, rule, default: fallback, parse: (text) => schema.safeParse(text).data };
}

/** A setting without a default: null when it is unset. */
export function optionalSetting<T>(
  variable: string,
  rule: string,
  schema: z.ZodType<T, string>,
): Setting<T | null> {
  return { variable, rule, default: null, unset: null, parse: (text) => schema.safeParse(text).data };
}

// oxlint-disable-next-line typescript/no-explicit-any -- any setting, whatever it holds
export type Settings = Readonly<Record<string, Setting<any>>>;

/** The values of a table of settings. */
export type Values<S extends Settings> = {
  readonly [K in keyof S]: S[K] extends Setting<infer T> ? T : never;
};

/** A rule across settings; it is looked at only when all that it needs could be read. */
export interface CrossRule<S extends Settings> {
  readonly needs: readonly (keyof S)[];
  /** The setting to blame. */
  readonly blames: keyof S;
  readonly holds: (values: Values<S>) => boolean;
  /** What must be, and why: words that follow "must". */
  readonly rule: string;
}

export type Reading<S extends Settings> =
  | { readonly ok: true; readonly settings: Values<S> }
  | { readonly ok: false; readonly problems: readonly Problem[] };

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads a table of settings from an environment, all of them, so that all problems are reported at once. Unset takes
 * the default. A blank value is unset where there is no default, and wrong elsewhere: there it looks like something
 * that should have been filled in.
 */
export function readEnvironment<S extends Settings>(
  table: S,
  environment: Environment,
  rules: readonly CrossRule<S>[] = [],
): Reading<S> {
  const problems: Problem[] = [];
  const values = new Map<keyof S, unknown>();
  for (const name of Object.keys(table)) {
    const setting = table[name];
    if (setting === undefined) continue;
    const value = readOne(setting, environment[setting.variable]);
    if (value === undefined) problems.push(problemOf(setting, environment, `be ${setting.rule}`));
    else values.set(name, value);
  }
  const settings = Object.fromEntries(values) as Values<S>;
  for (const { needs, blames, holds, rule } of rules) {
    const blamed = table[blames];
    if (blamed === undefined || needs.some((name) => !values.has(name))) continue;
    if (!holds(settings)) problems.push(problemOf(blamed, environment, rule));
  }
  return problems.length === 0 ? { ok: true, settings } : { ok: false, problems };
}

function readOne<T>(setting: Setting<T>, given: string | undefined): T | undefined {
  const unset = given === undefined || (setting.default === null && given.trim() === '');
  if (!unset) return setting.parse(given);
  if (setting.default === null) return setting.unset;
  const value = setting.parse(setting.default);
  if (value === undefined) throw new Error(`the default of ${setting.variable} breaks its own rule`);
  return value;
}

function problemOf(setting: Setting<unknown>, environment: Environment, rule: string): Problem {
  const value = environment[setting.variable] ?? setting.default ?? '';
  return { variable: setting.variable, value: printable(value), rule: `must ${rule}` };
}

const longestShown = 200;

/**
 * A value as it may be printed: what may be a credential (all before an `@`, a URL's query) is struck out, and it is
 * quoted, so that blanks and control characters can be seen.
 */
function printable(value: string): string {
  const withoutUser = value.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, '$1***@');
  const withoutQuery = withoutUser.replace(/\?.*$/s, '?***');
  const shown = withoutQuery.length > longestShown ? `${withoutQuery.slice(0, longestShown)}…` : withoutQuery;
  return JSON.stringify(shown);
}

/** The text that a service prints on standard error before it ends with exit code 78, one line a problem. */
export function describeProblems(service: string, problems: readonly Problem[]): string {
  const count = problems.length === 1 ? 'one setting is wrong' : `${problems.length} settings are wrong`;
  const lines = problems.map(({ variable, value, rule }) => `  ${variable} is ${value}: it ${rule}`);
  return `${service} can't start: ${count}\n${lines.join('\n')}\n`;
}
