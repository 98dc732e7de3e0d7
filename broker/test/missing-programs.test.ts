import { cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { javaCommand, run } from '../src/java.mjs';
import { runProgram } from './program.ts';
import { temporaryFolder } from './temporary-folder.ts';

const source = fileURLToPath(new URL('../', import.meta.url));
const threeWays =
  /set KAFKA_BOOTSTRAP_SERVERS .*docker compose up --build.* install Java 17 or newer and Maven/;

/** A checkout that has not fetched Kafka yet, and a program in it that fetches and prints what came out. */
const freshCheckout = async (): Promise<string> => {
  const root = await temporaryFolder();
  await mkdir(path.join(root, 'broker', 'src'), { recursive: true });
  for (const file of ['pom.xml', 'src/java.mjs', 'src/kafka-distribution.mjs']) {
    await cp(path.join(source, file), path.join(root, 'broker', file));
  }
  const program = path.join(root, 'fetch.mjs');
  const lines = [
    `import { fetchKafka } from './broker/src/kafka-distribution.mjs';`,
    `process.stdout.write(JSON.stringify(await fetchKafka()) + '\\n');`,
  ];
  await writeFile(program, lines.join('\n'));
  return program;
};

const fetchWith = async (program: string, PATH: string): Promise<unknown> => {
  const fetching = runProgram(program, { ...process.env, PATH, JAVA_HOME: '' });
  expect(await fetching.ended).toBe(0);
  return JSON.parse(fetching.output());
};

test('without Java the three ways to a Kafka are named', async () => {
  const problem = expect.stringMatching(threeWays) as unknown;
  const answer = await fetchWith(await freshCheckout(), await temporaryFolder());
  expect(answer).toEqual({ ok: false, problem });
  expect(answer).toHaveProperty('problem', expect.stringContaining('Java was not found (java).'));
});

test('a Java that is too old is named, with the three ways', async () => {
  const bin = await temporaryFolder();
  await writeFile(path.join(bin, 'java'), `#!/bin/sh\necho 'openjdk version "1.8.0_392"' >&2\n`, {
    mode: 0o755,
  });
  const answer = await fetchWith(await freshCheckout(), bin);
  expect(answer).toHaveProperty('problem', expect.stringContaining('Java 8 is too old for Kafka (java).'));
  expect(answer).toHaveProperty('problem', expect.stringMatching(threeWays));
});

test('without Maven the three ways to a Kafka are named', async () => {
  const { output } = await run('sh', ['-c', `command -v ${javaCommand()}`], { timeoutMs: 10_000 });
  const bin = await temporaryFolder();
  await symlink(output.trim(), path.join(bin, 'java'));
  const answer = await fetchWith(await freshCheckout(), bin);
  expect(answer).toHaveProperty('problem', expect.stringContaining('Maven was not found (mvn)'));
  expect(answer).toHaveProperty('problem', expect.stringMatching(threeWays));
});

test('two processes that fetch Kafka at once both get it', async () => {
  const program = await freshCheckout();
  const PATH = process.env.PATH ?? '';
  const [one, other] = await Promise.all([fetchWith(program, PATH), fetchWith(program, PATH)]);
  expect(one).toMatchObject({ ok: true });
  expect(other).toEqual(one);
});

test('npm run kafka says what is missing, without a stack trace', async () => {
  const env = { PATH: await temporaryFolder() };
  const tool = runProgram(path.join(source, 'src/tools.ts'), env, ['kafka-topics', '--list']);
  expect(await tool.ended).toBe(1);
  expect(tool.output()).toMatch(/^Java was not found \(java\)\. There are three ways[^\n]*\n$/);
});
