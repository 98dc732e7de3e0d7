import { cp, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { gone, runProgram, type Program } from './program.ts';
import { temporaryFolder } from './temporary-folder.ts';

const source = fileURLToPath(new URL('../../', import.meta.url));

/** Installs for ever, once it has told its process id. */
const NPM = `require('node:fs').writeFileSync('npm.pid', String(process.pid)); setInterval(() => {}, 1000);`;

interface FirstStart {
  readonly program: Program;
  readonly folder: string;
  /** The process that installs, once it does. */
  readonly npmPid: () => Promise<number>;
}

/** `npm start` in a checkout where nothing is installed; `java` and `mvn` are these shell scripts. */
async function firstStart(tools: Readonly<Record<string, string>>): Promise<FirstStart> {
  const folder = await temporaryFolder();
  const bin = path.join(folder, 'bin');
  await mkdir(path.join(folder, 'broker', 'src'), { recursive: true });
  await mkdir(bin);
  const files = ['pom.xml', 'src/java.mjs', 'src/kafka-distribution.mjs'].map((file) => `broker/${file}`);
  for (const file of ['start.mjs', 'package-lock.json', ...files])
    await cp(path.join(source, file), path.join(folder, file));
  await writeFile(path.join(folder, 'npm.js'), NPM);
  for (const [name, script] of Object.entries(tools))
    await writeFile(path.join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const env = { PATH: bin, JAVA_HOME: '', npm_execpath: path.join(folder, 'npm.js') };
  const program = runProgram(path.join(folder, 'start.mjs'), env);
  const npmPid = async (): Promise<number> => Number(await readFile(path.join(folder, 'npm.pid'), 'utf8'));
  return { program, folder, npmPid };
}

/** A shell's line that goes on when npm runs; the shell has no other command on its path. */
const onceNpmRuns = 'while [ ! -s "${0%/bin/*}/npm.pid" ]; do :; done';

test('where Java is no good it says so, and leaves no npm behind', async () => {
  const { program, npmPid } = await firstStart({
    java: `${onceNpmRuns}\necho 'openjdk version "1.8.0_392"' >&2`,
  });
  expect(await program.ended).toBe(1);
  expect(program.output()).toMatch(/Java 8 is too old for Kafka .* There are three ways/);
  await gone(await npmPid());
});

test('asked to stop while it installs and fetches: exit 0, no npm and nothing half fetched is left', async () => {
  const { program, folder, npmPid } = await firstStart({
    java: `echo 'openjdk version "21.0.1"' >&2`,
    mvn: `${onceNpmRuns}\necho fetching >"\${0%/bin/*}/mvn.runs"\nwhile :; do :; done`,
  });
  await expect.poll(() => readdir(folder), { timeout: 20_000 }).toContain('mvn.runs');
  program.kill('SIGINT');
  expect(await program.ended).toBe(0);
  await gone(await npmPid());
  expect(await readdir(path.join(folder, '.kafka'))).toEqual([]);
});
