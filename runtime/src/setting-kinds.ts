import { z } from 'zod';
import type { LogLevel } from './log.ts';
import { optionalSetting, setting, type Setting } from './settings.ts';

// Plain decimal notation only: Number() would also take 1e3, 0x10, blanks and Infinity.
const wholeForm = /^\d+$/;
const decimalForm = /^(\d+(\.\d+)?|\.\d+)$/;

/** The bounds of a number; `above` excludes its value, `min` and `max` include theirs. */
interface Bounds {
  readonly min?: number;
  readonly above?: number;
  readonly max?: number;
}

interface WithDefault {
  readonly default: string;
}

function number(form: RegExp, { min, above, max }: Bounds): z.ZodType<number, string> {
  let value = z.number();
  if (min !== undefined) value = value.min(min);
  if (above !== undefined) value = value.gt(above);
  if (max !== undefined) value = value.max(max);
  return z.string().regex(form).transform(Number).pipe(value);
}

function boundsText({ min, above, max }: Bounds): string {
  if (above !== undefined) return max === undefined ? ` above ${above}` : ` above ${above}, at most ${max}`;
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}`;
  if (min !== undefined) return ` of at least ${min}`;
  return max === undefined ? '' : ` of at most ${max}`;
}

const maxWhole: Bounds = { max: Number.MAX_SAFE_INTEGER };

/** A whole number in decimal notation. */
export function wholeNumber(variable: string, options: Bounds & WithDefault): Setting<number> {
  const rule = `a whole number${boundsText(options)}`;
  return setting(variable, rule, options.default, number(wholeForm, { ...maxWhole, ...options }));
}

/** As `wholeNumber`, for a setting without a default: null when unset. */
export function optionalWholeNumber(variable: string, bounds: Bounds): Setting<number | null> {
  return optionalSetting(
    variable,
    `a whole number${boundsText(bounds)}`,
    number(wholeForm, { ...maxWhole, ...bounds }),
  );
}

/** A number in decimal notation, like 2 or 0.5. */
export function decimal(variable: string, options: Bounds & WithDefault): Setting<number> {
  return setting(
    variable,
    `a decimal number${boundsText(options)}`,
    options.default,
    number(decimalForm, options),
  );
}

/** A share, from 0 to 1. */
export function ratio(variable: string, options: WithDefault): Setting<number> {
  return decimal(variable, { min: 0, max: 1, ...options });
}

// A timer takes 2^31 − 1 ms at most and fires at once beyond it. Half of that, twelve days, leaves room for sums.
const longestMs = 2 ** 30;

function secondsToMs(sec: number): number {
  return Math.min(Math.round(sec * 1e6) / 1e3, longestMs);
}

/**
 * A time, written in seconds with decimals and read as *milliseconds*: name it …Ms. What is longer than twelve days is
 * read as twelve days.
 */
export function seconds(variable: string, options: Bounds & WithDefault): Setting<number> {
  const rule = `a number of seconds${boundsText(options)}, in decimal notation`;
  return setting(variable, rule, options.default, number(decimalForm, options).transform(secondsToMs));
}

/** Any text that is not blank. */
export function text(variable: string, options: WithDefault): Setting<string> {
  const schema = z.string().refine((value) => value.trim() !== '');
  return setting(variable, 'a text that is not blank', options.default, schema);
}

/** A TCP port to listen on; 0 takes a free one. */
export function port(variable: string, options: WithDefault): Setting<number> {
  return wholeNumber(variable, { min: 0, max: 65_535, ...options });
}

const levelNames: Readonly<Record<string, LogLevel>> = {
  trace: 'trace',
  debug: 'debug',
  info: 'info',
  warn: 'warn',
  warning: 'warn',
  error: 'error',
  fatal: 'fatal',
};

/** A level's name in any case; WARNING is WARN. */
export function logLevel(variable: string, options: WithDefault): Setting<LogLevel> {
  const rule = 'one of TRACE, DEBUG, INFO, WARN (or WARNING), ERROR, FATAL (in any case)';
  const schema = z
    .string()
    .toLowerCase()
    .refine((name) => Object.hasOwn(levelNames, name));
  return setting(
    variable,
    rule,
    options.default,
    schema.transform((name): LogLevel => levelNames[name] ?? 'info'),
  );
}

/** An http or https URL; null when unset. */
export function httpUrl(variable: string): Setting<URL | null> {
  const schema = z
    .url({ protocol: /^https?$/ })
    .refine((value) => URL.canParse(value))
    .transform((value) => new URL(value));
  return optionalSetting(variable, 'an http or https URL', schema);
}
