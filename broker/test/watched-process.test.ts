import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { runWatched } from '../src/watched-process.ts';
import { gone, programFile, runProgram } from './program.ts';

test('a broker goes, and its temporary folder too, when its parent is killed', async () => {
  const holder = runProgram(programFile('hold-broker.ts'));
  const [line] = await holder.said(/^\{.*\}$/m);
  const { pid, logFile } = JSON.parse(line) as { pid: number; logFile: string };
  expect(existsSync(logFile)).toBe(true);
  expect(() => process.kill(pid, 0)).not.toThrow();
  holder.kill('SIGKILL');
  await gone(pid);
  await vi.waitUntil(() => !existsSync(path.dirname(logFile)), { timeout: 20_000, interval: 20 });
});

test('a process that ends first keeps its temporary folder: it may be started in it again', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'kept-'));
  const { ended } = runWatched({
    command: 'true',
    args: [],
    outputs: ['inherit', 'inherit'],
    orphanSignal: 'KILL',
    temporaryFolder: folder,
  });
  await ended;
  // The watcher has the folder in its command line for as long as it lives.
  await vi.waitUntil(() => spawnSync('pgrep', ['-f', folder]).status === 1, { timeout: 20_000 });
  expect(existsSync(folder)).toBe(true);
  rmSync(folder, { recursive: true });
});
