import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { onTestFinished, vi } from 'vitest';

export interface Program {
  readonly pid: number;
  /** What it wrote so far, both outputs. */
  readonly output: () => string;
  /** Resolves when what it wrote matches. Rejects when it has ended without. */
  readonly said: (pattern: RegExp) => Promise<RegExpExecArray>;
  readonly kill: (signal: NodeJS.Signals) => void;
  /** The exit code, or the signal that ended it, when all its output is there. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
}

/** Runs a program of this Node for the length of a test. */
export const runProgram = (
  file: string,
  env: NodeJS.ProcessEnv = process.env,
  args: readonly string[] = [],
): Program => {
  const child = spawn(process.execPath, [file, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const listeners = new Set<() => void>();
  const changed = () => {
    for (const listener of listeners) listener();
  };
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      changed();
    });
  }
  let over = false;
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.once('close', (code, signal) => {
      over = true;
      changed();
      resolve(code ?? signal);
    });
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const said = (pattern: RegExp): Promise<RegExpExecArray> =>
    new Promise((resolve, reject) => {
      const look = () => {
        const match = pattern.exec(output);
        if (match === null && !over) return;
        listeners.delete(look);
        if (match === null) reject(new Error(`it ended without ${pattern}:\n${output}`));
        else resolve(match);
      };
      listeners.add(look);
      look();
    });
  return { pid: child.pid ?? -1, output: () => output, said, kill: (signal) => child.kill(signal), ended };
};

/** The path of a program beside the tests. */
export const programFile = (name: string): string =>
  fileURLToPath(new URL(`programs/${name}`, import.meta.url));

/** Resolves when no process has this id any more. */
export const gone = async (pid: number): Promise<void> => {
  await vi.waitUntil(
    () => {
      try {
        process.kill(pid, 0);
        return false;
      } catch {
        return true;
      }
    },
    { timeout: 20_000, interval: 20 },
  );
};
