import { closeSync, openSync } from 'node:fs';
import { runWatched } from './watched-process.ts';
import type { WatchedProcess } from './watched-process.ts';

/**
 * Runs Java so that it outlives a terminal's Ctrl-C but not this process. Both outputs go to `logFile`, which is
 * emptied first: nothing that happens to this process can hold Java up. It does not keep this process alive.
 */
export const runJava = (input: {
  command: string;
  args: readonly string[];
  logFile: string;
  temporaryFolder?: string | undefined;
}): WatchedProcess => {
  const { command, args, temporaryFolder } = input;
  const log = openSync(input.logFile, 'w');
  const java = runWatched({
    command,
    args,
    temporaryFolder,
    outputs: [log, log],
    orphanSignal: 'KILL',
    detached: true,
  });
  closeSync(log);
  java.child.unref();
  const watcher = java.watcher as unknown as { unref?(): void };
  watcher.unref?.();
  return java;
};

/** SIGTERM, and SIGKILL after `timeoutMs`. Resolves when the process has ended, and keeps ours alive until then. */
export const stopJava = async (java: WatchedProcess, timeoutMs: number): Promise<void> => {
  // Nothing else holds this process up once the timer has fired, and an await alone does not.
  java.child.ref();
  // A paused process takes no SIGTERM.
  java.kill('SIGCONT');
  java.kill('SIGTERM');
  const timer = setTimeout(() => java.kill('SIGKILL'), timeoutMs);
  await java.ended;
  clearTimeout(timer);
};
