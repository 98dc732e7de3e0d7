import { runWatched } from '../watched-process.ts';
import type { ProcessEnd } from '../watched-process.ts';
import { createLastLines } from './last-lines.ts';

export interface ServicePlan {
  readonly name: string;
  /** What Node is told before the file. */
  readonly nodeArgs: readonly string[];
  /** The file that Node runs. */
  readonly file: string;
  readonly env: NodeJS.ProcessEnv;
  /** Its end with exit code 0 is no failure: the others go on. */
  readonly mayEnd: boolean;
}

export interface Service extends ServicePlan {
  /** Settles when it has ended and all that it wrote was passed on; never rejects. */
  readonly ended: Promise<ProcessEnd>;
  readonly kill: (signal: NodeJS.Signals) => void;
  /** The end of what it wrote; null where it wrote to the terminal itself. */
  readonly lastLines: () => string | null;
}

/**
 * Starts a service as a child of this process. In a terminal it writes there itself, and so knows that it is one;
 * elsewhere its output passes through here, so that a failure can show its end.
 */
export const startService = (plan: ServicePlan, terminal: boolean): Service => {
  const output = terminal ? 'inherit' : 'pipe';
  const { child, ended, kill } = runWatched({
    command: process.execPath,
    args: [...plan.nodeArgs, plan.file],
    outputs: [output, output],
    orphanSignal: 'TERM',
    env: plan.env,
  });
  if (terminal) return { ...plan, ended, kill, lastLines: () => null };
  const lines = createLastLines(15);
  child.stdout?.on('data', lines.add).pipe(process.stdout, { end: false });
  child.stderr?.on('data', lines.add).pipe(process.stderr, { end: false });
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  return { ...plan, ended: ended.then((end) => closed.then(() => end)), kill, lastLines: lines.text };
};
