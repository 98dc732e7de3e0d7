import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
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
