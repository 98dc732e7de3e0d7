import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { onTestFailed, onTestFinished } from 'vitest';

/** The consumer as a process of its own, with its lines as they come. */
export interface RunningConsumer {
  readonly lines: Record<string, unknown>[];
  /** The text of /metrics. */
  metrics(): Promise<string>;
  /** The status of a health check. */
  health(path: '/readyz' | '/healthz'): Promise<number>;
  /** The facts of a health check, as JSON. */
  facts(path: '/readyz' | '/healthz'): Promise<Record<string, unknown>>;
  /** Whether what it writes is left lying. */
  stall(on: boolean): void;
  /** Whether the process stands still, as if it had no CPU. */
  freeze(on: boolean): void;
  /** Sends a signal and resolves to the exit code. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
}

/** How many of its last lines a test that failed shows. */
const SAID_AT_MOST = 40;

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/** Starts the consumer, after the preloaded files; resolves when its port is open. It goes with the test. */
export async function startConsumer(
  env: Record<string, string>,
  preload: readonly URL[] = [],
): Promise<RunningConsumer> {
  const child = spawn(process.execPath, [...preload.map(({ href }) => `--import=${href}`), main], {
    env: { PATH: process.env['PATH'], METRICS_PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const closed = once(child, 'close');
  const lines: Record<string, unknown>[] = [];
  onTestFailed(() => void process.stderr.write(lines.slice(-SAID_AT_MOST).map(textOf).join('')));
  // A kill can cut the last line.
  let killed = false;
  const saidPort = Promise.withResolvers<number>();
  const reader = createInterface({ input: child.stdout });
  reader.on('line', (line) => {
    const parsed = parsedLine(line, killed);
    if (parsed === null) return;
    lines.push(parsed);
    if (typeof parsed['port'] === 'number') saidPort.resolve(parsed['port']);
  });
  const chosenPort = Number(env['METRICS_PORT'] ?? 0);
  const port = chosenPort === 0 ? await saidPort.promise : chosenPort;
  const base = `http://127.0.0.1:${port}`;
  // Below its level it does not say that the port is open.
  if (chosenPort !== 0) await until(async () => await answers(base));
  return {
    lines,
    metrics: async () => await (await fetch(`${base}/metrics`)).text(),
    health: async (path) => (await fetch(base + path)).status,
    facts: async (path) => (await (await fetch(base + path)).json()) as Record<string, unknown>,
    stall: (on) => void (on ? reader.pause() : reader.resume()),
    freeze: (on) => void child.kill(on ? 'SIGSTOP' : 'SIGCONT'),
    end: async (signal) => {
      killed = signal === 'SIGKILL';
      child.kill(signal);
      const [code] = (await closed) as [number | null];
      return code;
    },
  };
}

const textOf = (line: Record<string, unknown>): string => `${JSON.stringify(line)}\n`;

/** @returns null for a line that is cut, where one may be */
function parsedLine(line: string, mayBeCut: boolean): Record<string, unknown> | null {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch (error) {
    if (mayBeCut) return null;
    throw error;
  }
}

async function answers(url: string): Promise<boolean> {
  return await fetch(url).then(
    () => true,
    () => false,
  );
}

/** Waits for a fact; looks again every 50 ms, for `atMostMs`. */
export async function until(fact: () => Promise<boolean> | boolean, atMostMs = 40_000): Promise<void> {
  const deadline = performance.now() + atMostMs;
  while (!(await fact())) {
    if (performance.now() > deadline) throw new Error('the fact that the test waits for did not come true');
    await pause(50);
  }
}

/** The sum of a metric's values over all its labels, or over those that contain `labels`. */
export function total(metrics: string, name: string, labels = ''): number {
  return metrics
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .filter((line) => line.includes(labels))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}
