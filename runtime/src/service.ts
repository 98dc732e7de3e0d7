import { isatty } from 'node:tty';
import type { Logger } from 'pino';
import { exitCodes, type ExitCode } from './exit-codes.ts';
import { PortUnavailable } from './http.ts';
import { KafkaFaultError } from './kafkajs/errors.ts';
import { createLog, type LogLevel, type LogOutput } from './log.ts';
import { describeProblems, type Problem } from './settings.ts';
import { listenForStop } from './shutdown.ts';
import { sleep } from './sleep.ts';

/** So long a reader may take for why a service does not start. */
const LAST_WORDS_MS = 5_000;

/** What a service's run is given. */
export interface Running<S, P> {
  readonly settings: S;
  readonly prepared: P;
  readonly log: Logger;
  readonly output: LogOutput;
  /** Aborts when the service is asked to stop. */
  readonly stop: AbortSignal;
}

export interface Service<S extends { readonly logLevel: LogLevel }, P> {
  /** In its lines and messages. */
  readonly name: string;
  /** The process that it is. */
  readonly process: NodeJS.Process;
  readonly readSettings: (
    environment: Readonly<Record<string, string | undefined>>,
  ) =>
    | { readonly ok: true; readonly settings: S }
    | { readonly ok: false; readonly problems: readonly Problem[] };
  /** Reads what it cannot start without, before anything is opened. */
  readonly prepare: (settings: S) => P;
  /** Whether what `prepare` threw is for who configures the service: exit 78, the message and no stack trace. */
  readonly isMisconfigured: (error: unknown) => error is Error;
  /** Lives until it is asked to stop; resolves to the exit code, having said why where it is not 0. */
  readonly run: (running: Running<S, P>) => Promise<ExitCode>;
}

/**
 * Runs a service as this process: signals → settings → log → run → the last lines written → exit code. All wrong
 * settings are named at once, a bug ends the process with exit 1, and what people can mend is said in one line.
 */
export async function runService<S extends { readonly logLevel: LogLevel }, P>(
  service: Service<S, P>,
): Promise<never> {
  const { name, process } = service;

  async function refuse(text: string): Promise<never> {
    // What a full pipe has not taken yet would be lost at the exit.
    const { promise: taken, resolve } = Promise.withResolvers<void>();
    process.stderr.on('error', () => resolve());
    process.stderr.write(text, () => resolve());
    await Promise.race([taken, sleep(LAST_WORDS_MS, stop)]);
    return process.exit(exitCodes.configuration);
  }

  let sayStopping = (_signal: string): void => {};
  // Before all else: a signal that comes while the schemas are read asks to stop, and must not end the process.
  const stop = listenForStop({
    signals: process,
    nowMs: () => performance.now(),
    onStop: (signal) => sayStopping(signal),
    onForce: () => process.exit(exitCodes.failed),
  });

  const reading = service.readSettings(process.env);
  if (!reading.ok) return await refuse(describeProblems(name, reading.problems));
  const { settings } = reading;
  let prepared: P;
  try {
    prepared = service.prepare(settings);
  } catch (error) {
    if (!service.isMisconfigured(error)) throw error;
    return await refuse(`${name} can't start: ${error.message}\n`);
  }
  const { log, output } = createLog({ service: name, level: settings.logLevel, terminal: isatty(1) });
  sayStopping = (signal) => log.info({ signal }, 'stopping');

  async function end(code: ExitCode): Promise<never> {
    await output.close();
    return process.exit(code);
  }

  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      log.fatal({ err: error }, `a bug: the ${name} ends`);
      void end(exitCodes.failed);
    });
  }

  try {
    const code = await service.run({ settings, prepared, log, output, stop });
    if (code === exitCodes.stopped) log.info('stopped');
    return await end(code);
  } catch (error) {
    const forPeople = error instanceof PortUnavailable || error instanceof KafkaFaultError;
    log.fatal(forPeople ? {} : { err: error }, (error as Error).message);
    return await end(exitCodes.failed);
  }
}
