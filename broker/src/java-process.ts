import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';

/**
 * Becomes the Java process, and leaves a watcher behind that holds the other end of a pipe to our process. When that
 * ends without the word that all is well, our process is gone, however it went, and Java must go too.
 * $1 is a folder to remove in that case, or empty; the rest is the command.
 */
const watched = `
exec 3<&0 </dev/null
temporary=$1; shift
( if ! read -r _ <&3; then
    kill -KILL $$
    if [ -n "$temporary" ]; then sleep 1; rm -rf -- "$temporary"; fi
  fi ) >/dev/null 2>&1 &
exec 3<&-
exec "$@"
`;

export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface JavaProcess {
  readonly pid: number;
  /** Settles when the process has ended; never rejects. */
  readonly ended: Promise<ProcessEnd>;
  /** Sends a signal; nothing happens where the process has ended. */
  readonly kill: (signal: NodeJS.Signals) => void;
}

const endOf = (child: ChildProcess): Promise<ProcessEnd> =>
  new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      // The word that keeps the watcher from killing a process id that may be somebody else's by now.
      child.stdin?.end('ended\n');
      resolve({ code, signal });
    });
    // Without this an unstartable shell would be an uncaught error.
    child.once('error', () => resolve({ code: null, signal: null }));
    child.stdin?.on('error', () => {});
  });

/**
 * Runs Java so that it outlives a terminal's Ctrl-C (it is in a session of its own) but not this process, even when this
 * process is killed by SIGKILL. Both outputs go to `logFile`, which is emptied first. It does not keep this process alive.
 */
export const runJava = (input: {
  command: string;
  args: readonly string[];
  logFile: string;
  /** Removed by the watcher where this process ends without having stopped Java. */
  temporaryFolder?: string | undefined;
}): JavaProcess => {
  const log = openSync(input.logFile, 'w');
  const child = spawn(
    'sh',
    ['-c', watched, 'sh', input.temporaryFolder ?? '', input.command, ...input.args],
    {
      detached: true,
      stdio: ['pipe', log, log],
    },
  );
  closeSync(log);
  const ended = endOf(child);
  child.unref();
  const stdin = child.stdin as unknown as { unref?(): void };
  stdin.unref?.();
  let running = true;
  void ended.then(() => (running = false));
  return {
    pid: child.pid ?? -1,
    ended,
    kill(signal) {
      if (running && child.pid !== undefined) child.kill(signal);
    },
  };
};
