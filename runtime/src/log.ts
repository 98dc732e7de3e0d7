import { createRequire } from 'node:module';
import pino from 'pino';
import { oneLine } from './json-string.ts';
import { createLogOutput, type LogOutput } from './log-output.ts';
import { openLogTarget } from './log-target.ts';

export type { LogOutput } from './log-output.ts';

/** The levels that LOG_LEVEL may name, as they stand in a line's `level`. */
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';

export interface LogOptions {
  /** Stands in each line's `service`. */
  readonly service: string;
  readonly level: LogLevel;
  /** A person reads: pretty lines in colour instead of JSON. */
  readonly terminal: boolean;
  /** The file descriptor that lines go to; 1, standard output, unless given. */
  readonly fd?: number;
}

/**
 * The log of a service: JSON lines with `time` (ISO 8601), `level` (a word), `service`, `msg`. `output` is what the
 * lines go through; a hot path may write complete lines to it itself, in order with the log's own.
 */
export function createLog({ service, level, terminal, fd = 1 }: LogOptions): {
  log: pino.Logger;
  output: LogOutput;
} {
  const output = createLogOutput({ target: openLogTarget(fd), pretty: terminal ? prettyLines() : null });
  const log = pino(
    {
      level,
      base: { service },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: (line: string) => output.write(oneLine(line)) },
  );
  return { log, output };
}

/** Loaded only here: services seldom write to a terminal, and each start would pay for it. */
function prettyLines(): (line: string) => string {
  const { prettyFactory } = createRequire(import.meta.url)('pino-pretty') as typeof import('pino-pretty');
  return prettyFactory({
    colorize: true,
    singleLine: true,
    translateTime: 'SYS:HH:MM:ss.l',
    ignore: 'service',
    messageFormat: '[{service}] {msg}',
  });
}
