import { spawn } from 'node:child_process';
import type { ChildProcess, StdioOptions } from 'node:child_process';
import type { Writable } from 'node:stream';

/**
 * Becomes the command, and leaves a watcher behind that holds the other end of a pipe to our process (its descriptor 3). When that ends
 * without the word that all is well, our process is gone, however it went, and the command must go too.
 * $1 is the signal that ends it, $2 a folder to remove then, or empty; the rest is the command.
 */
const watched = `
end=$1; temporary=$2; shift 2
( trap '' INT TERM HUP
  if ! read -r _ <&3; then
    kill -"$end" $$
    if [ -n "$temporary" ]; then sleep 1; rm -rf -- "$temporary"; fi
  fi ) >/dev/null 2>&1 &
exec 3<&-
exec "$@"
`;

export interface ProcessEnd {
  /** Null where a signal ended it, or where it could not be started. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface WatchedProcess {
  readonly pid: number;
  /** Its outputs, where they are pipes. */
  readonly child: ChildProcess;
  /** The pipe to its watcher; holding it open is what keeps the process running. */
  readonly watcher: Writable;
  /** Settles when the process has ended; never rejects. */
  readonly ended: Promise<ProcessEnd>;
  /** Sends a signal; nothing happens where the process has ended. */
  readonly kill: (signal: NodeJS.Signals) => void;
}

export interface WatchedOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** Where standard output and standard error go; standard input is empty. */
  readonly outputs: readonly ['inherit' | 'pipe' | number, 'inherit' | 'pipe' | number];
  /** What the process gets when ours has ended without it. */
  readonly orphanSignal: 'KILL' | 'TERM';
  /** Removed where our process ends first. */
  readonly temporaryFolder?: string | undefined;
  /** In a session of its own: a terminal's Ctrl-C does not reach it. */
  readonly detached?: boolean;
  readonly env?: NodeJS.ProcessEnv;
}

const endOf = (child: ChildProcess, watcher: Writable): Promise<ProcessEnd> =>
  new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      // The word that keeps the watcher from killing a process id that may be somebody else's by now. Not by stdin:
      // Node closes that before it tells of the end.
      watcher.end('ended\n');
      resolve({ code, signal });
    });
    // Without this an unstartable shell would be an uncaught error.
    child.once('error', () => resolve({ code: null, signal: null }));
    watcher.on('error', () => {});
  });

/** Runs a command so that it does not outlive this process, even where this process is killed by SIGKILL. */
export const runWatched = (options: WatchedOptions): WatchedProcess => {
  const shell = ['-c', watched, 'sh', options.orphanSignal, options.temporaryFolder ?? ''];
  const stdio: StdioOptions = ['ignore', ...options.outputs, 'pipe'];
  const child = spawn('sh', [...shell, options.command, ...options.args], {
    detached: options.detached ?? false,
    env: options.env ?? process.env,
    stdio,
  });
  let running = true;
  const watcher = child.stdio[3] as Writable;
  const ended = endOf(child, watcher).finally(() => (running = false));
  return {
    pid: child.pid ?? -1,
    child,
    watcher,
    ended,
    kill: (signal) => {
      if (running && child.pid !== undefined) child.kill(signal);
    },
  };
};
