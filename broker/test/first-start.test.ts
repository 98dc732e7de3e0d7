import { cp, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { gone, runProgram, type Program } from './program.ts';
import { temporaryFolder } from './temporary-folder.ts';

const source = fileURLToPath(new URL('../../', import.meta.url));

/** A program in place of npm, Java or Maven: it does this, looking again every 20 ms, for as long as the test's folder is there. */
const standIn = (folder: string, look: string): string => `#!${process.execPath}
  const { existsSync, writeFileSync } = require('node:fs');
  process.chdir(${JSON.stringify(folder)});
  setInterval(() => {
    if (!existsSync(${JSON.stringify(folder)})) process.exit();
    ${look}
  }, 20);
`;

/** Installs for ever, and tells its process id. */
const INSTALLS = `if (!existsSync('npm.pid')) writeFileSync('npm.pid', String(process.pid));`;
const JAVA_8_ONCE_NPM_RUNS = `if (!existsSync('npm.pid')) return;
    console.error('openjdk version "1.8.0_392"');
    process.exit();`;
const JAVA_21 = `console.error('openjdk version "21.0.1"'); process.exit();`;
const FETCHES_ONCE_NPM_RUNS = `if (existsSync('npm.pid')) writeFileSync('mvn.runs', '');`;

interface FirstStart {
  readonly program: Program;
  readonly folder: string;
  /** The process that installs, once it does. */
  readonly npmPid: () => Promise<number>;
}

/** `npm start` in a checkout where nothing is installed; `java` and `mvn` are stand-ins that do this. */
async function firstStart(tools: Readonly<Record<string, string>>): Promise<FirstStart> {
  const folder = await temporaryFolder();
  const bin = path.join(folder, 'bin');
  await mkdir(path.join(folder, 'broker', 'src'), { recursive: true });
  await mkdir(bin);
  const files = ['pom.xml', 'src/java.mjs', 'src/kafka-distribution.mjs'].map((file) => `broker/${file}`);
  for (const file of ['start.mjs', 'package-lock.json', ...files])
    await cp(path.join(source, file), path.join(folder, file));
  await writeFile(path.join(folder, 'npm.js'), standIn(folder, INSTALLS));
  for (const [name, look] of Object.entries(tools))
    await writeFile(path.join(bin, name), standIn(folder, look), { mode: 0o755 });
  const env = { PATH: bin, JAVA_HOME: '', npm_execpath: path.join(folder, 'npm.js') };
  const program = runProgram(path.join(folder, 'start.mjs'), env);
  const npmPid = async (): Promise<number> => Number(await readFile(path.join(folder, 'npm.pid'), 'utf8'));
  return { program, folder, npmPid };
}

test('where Java is no good it says so, and leaves no npm behind', async () => {
  const { program, npmPid } = await firstStart({ java: JAVA_8_ONCE_NPM_RUNS });
  expect(await program.ended).toBe(1);
  expect(program.output()).toMatch(/Java 8 is too old for Kafka .* There are three ways/);
  await gone(await npmPid());
});

test('asked to stop while it installs and fetches: exit 0, no npm and nothing half fetched is left', async () => {
  const { program, folder, npmPid } = await firstStart({ java: JAVA_21, mvn: FETCHES_ONCE_NPM_RUNS });
  await expect.poll(() => readdir(folder), { timeout: 20_000 }).toContain('mvn.runs');
  program.kill('SIGINT');
  expect(await program.ended).toBe(0);
  await gone(await npmPid());
  expect(await readdir(path.join(folder, '.kafka'))).toEqual([]);
});
