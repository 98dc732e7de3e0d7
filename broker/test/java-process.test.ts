import path from 'node:path';
import { expect, test } from 'vitest';
import { programFile, runProgram } from './program.ts';
import { temporaryFolder } from './temporary-folder.ts';

test('a stop outlasts a process that has to be killed, though that keeps nobody alive otherwise', async () => {
  const logFile = path.join(await temporaryFolder(), 'deaf.out');
  const program = runProgram(programFile('stop-deaf.ts'), { ...process.env, STAND_IN_LOG: logFile });
  expect(await program.ended).toBe(0);
  expect(program.output()).toBe('ended by SIGKILL\n');
});
