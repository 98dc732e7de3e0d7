import { spawn, type ChildProcess } from 'node:child_process';
import { appendFileSync, closeSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { readHandledLines } from '../checker/read-handled-lines.ts';
import { readLedger } from '../checker/read-ledger.ts';
import type { Life, Step, Stop } from '../checker/evidence.ts';
import { nowUs, type Mark } from '../preload/ledger-line.ts';
import { createLedgerTail } from './ledger-tail.ts';
import { sampleOf } from './resources-of.ts';
import { until } from './until.ts';

/** One consumer as a process of its own, with a ledger. */
export interface ConsumerProcess {
  readonly name: string;
  /** The lane of the cell's proxy that it goes by; 0 where there is none. */
  readonly lane: number;
  readonly pid: number;
  readonly running: () => boolean;
  /** Resolves when it has ended, to its exit code; null where a signal ended it. */
  readonly ended: Promise<number | null>;
  signal(signal: NodeJS.Signals): void;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  /** Nobody reads its output, until `readOutput`; only where it goes through a pipe. */
  stallOutput(): void;
  readOutput(): void;
  /** SIGSTOP, until `resume`. */
  pause(): void;
  resume(): void;
  /** What it has said by now. */
  output(): string;
  /** It could reach no broker for this time, though it ran; microseconds of the machine's monotonic clock. */
  wasCutOff(fromUs: number, toUs: number): void;
  /** Where it listens. @throws where it does not within 30 s */
  port(): Promise<number>;
  /** The text of a route of its port. @throws where it does not answer within 5 s */
  get(route: '/metrics' | '/readyz' | '/healthz'): Promise<{ status: number; text: string }>;
  /** The ledger as it is by now. */
  ledger(): string;
  /** How many lines of its ledger have this mark by now. */
  count(mark: Mark): number;
  steps(): Step[];
  /** Keeps the metrics for the checks: they are to be asked for in a quiet moment, just before the end. */
  keepMetrics(): Promise<void>;
  sample(): void;
  life(): Life;
}

const main = fileURLToPath(import.meta.resolve('../../../consumer/src/main.ts'));
const preload = import.meta.resolve('../preload/ledger.ts');
const ANSWER_TIMEOUT_MS = 5_000;
const START_TIMEOUT_MS = 30_000;

export interface ConsumerProcessOptions {
  readonly name: string;
  /** For its ledger and what it says. */
  readonly folder: string;
  readonly lane: number;
  readonly env: Readonly<Record<string, string>>;
  /** `point:n:kill` or `point:n:stop`; '' for none. */
  readonly fault: string;
  /** Whether its output goes through a pipe, as to a collector of logs, and not right into the file. */
  readonly pipesOutput: boolean;
  readonly onEnd: (process: ConsumerProcess, code: number | null, signal: NodeJS.Signals | null) => void;
}

/** Starts the process; does not wait for it to be ready. */
export function startConsumerProcess(options: ConsumerProcessOptions): ConsumerProcess {
  const { name, folder } = options;
  const ledgerFile = path.join(folder, `${name}.ledger`);
  const outputFile = path.join(folder, `${name}.out`);
  const child = spawnConsumer(options, ledgerFile, outputFile);
  const stops: Stop[] = [];
  const samples: { rssBytes: number; openFiles: number }[] = [];
  let stoppedUs: number | null = null;
  let killedUs: number | null = null;
  let metrics: string | null = null;
  let port: number | null = null;
  const { promise: ended, resolve } = Promise.withResolvers<number | null>();
  child.on('exit', (_code, signal) => {
    if (signal === 'SIGKILL') killedUs ??= nowUs();
    // What is left in the pipe is read.
    child.stdout?.resume();
  });
  child.on('close', (code, signal) => {
    options.onEnd(consumer, code, signal);
    resolve(code);
  });
  const running = () => child.exitCode === null && child.signalCode === null;
  const read = (file: string) => readFileSync(file, 'utf8');
  const tail = createLedgerTail(ledgerFile);

  const consumer: ConsumerProcess = {
    name,
    lane: options.lane,
    pid: child.pid ?? 0,
    running,
    ended,
    signal: (signal) => void child.kill(signal),
    kill: async () => {
      child.kill('SIGKILL');
      // Its end may be heard much later, where the suite has much to do.
      if (running()) killedUs = nowUs();
      await ended;
    },
    stallOutput: () => void child.stdout?.pause(),
    readOutput: () => void child.stdout?.resume(),
    pause: () => {
      stoppedUs = nowUs();
      child.kill('SIGSTOP');
    },
    resume: () => {
      // Before it goes on: what it does at once comes after this moment.
      const toUs = nowUs();
      child.kill('SIGCONT');
      // Where it stopped itself, its ledger says when.
      const fromUs = stoppedUs ?? readLedger(read(ledgerFile)).findLast(({ mark }) => mark === 'S')?.us;
      if (fromUs !== undefined) stops.push({ fromUs, toUs });
      stoppedUs = null;
    },
    wasCutOff: (fromUs, toUs) => void stops.push({ fromUs, toUs, isCut: true }),
    port: async () => {
      await until(() => (port ??= portIn(read(outputFile))) !== null || !running(), START_TIMEOUT_MS);
      if (port === null) throw new Error(`${name} does not listen`);
      return port;
    },
    get: async (route) => {
      const response = await fetch(`http://127.0.0.1:${await consumer.port()}${route}`, {
        signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
      });
      return { status: response.status, text: await response.text() };
    },
    ledger: () => read(ledgerFile),
    count: tail.count,
    steps: () => readLedger(read(ledgerFile)),
    output: () => read(outputFile),
    keepMetrics: async () => {
      metrics = (await consumer.get('/metrics')).text;
    },
    sample: () => {
      const taken = running() ? sampleOf(child.pid) : null;
      if (taken !== null) samples.push(taken);
    },
    life: () => {
      const steps = consumer.steps();
      return {
        name,
        steps,
        // Where it killed itself, its ledger says when.
        killedUs: killedUs === null ? null : (steps.findLast(({ mark }) => mark === 'K')?.us ?? killedUs),
        stops: [...stops, ...blocksIn(steps)],
        metrics,
        samples,
        handledLines: readHandledLines(read(outputFile)),
      };
    },
  };
  return consumer;
}

function spawnConsumer(
  options: ConsumerProcessOptions,
  ledgerFile: string,
  outputFile: string,
): ChildProcess {
  closeSync(openSync(ledgerFile, 'a'));
  const output = openSync(outputFile, 'a');
  const child = spawn(process.execPath, ['--import', preload, main], {
    env: {
      PATH: process.env['PATH'],
      METRICS_PORT: '0',
      LEDGER_FILE: ledgerFile,
      LEDGER_FAULT: options.fault,
      ...options.env,
    },
    stdio: ['ignore', options.pipesOutput ? 'pipe' : output, output],
  });
  closeSync(output);
  child.stdout?.on('data', (bytes: Buffer) => appendFileSync(outputFile, bytes));
  const kill = () => void child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
  return child;
}

/** The times for which it blocked its own event loop. */
function blocksIn(steps: readonly Step[]): { fromUs: number; toUs: number }[] {
  return steps.flatMap(({ mark, us: toUs }, at) =>
    mark === 'G' ? [{ fromUs: steps[at - 1]?.us ?? toUs, toUs }] : [],
  );
}

function portIn(output: string): number | null {
  const found = /"port":(\d+)/.exec(output.slice(0, 100_000));
  return found === null ? null : Number(found[1]);
}
