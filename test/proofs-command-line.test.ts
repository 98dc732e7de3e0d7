import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

const command = (name: string, ...args: string[]) =>
  spawnSync(process.execPath, [`proofs/${name}/main.ts`, ...args], { encoding: 'utf8', timeout: 30_000 });

test.each(['bench', 'faults'])('%s says how it is called, and does nothing else', (name) => {
  const { status, stdout, stderr } = command(name, '--help');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain(`npm run ${name} -- [options]`);
});

test.each([
  ['bench', '--case', 'nonesuch', 'There is no case nonesuch'],
  ['faults', '--minutes', 'long', "--minutes takes a number, not 'long'"],
])('%s names what it does not understand, with no stack', (name, option, value, sentence) => {
  const { status, stdout, stderr } = command(name, option, value);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toContain(sentence);
  expect(stderr).not.toContain('    at ');
});
