// Plain JavaScript: start.mjs fetches Kafka on an older Node, while npm still installs.
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkJava, run, withTheThreeWays } from './java.mjs';

const pom = fileURLToPath(new URL('../pom.xml', import.meta.url));

/** Where a checkout keeps everything of its local Kafka; ignored by git. */
export const kafkaHome = fileURLToPath(new URL('../../.kafka', import.meta.url));

const fetchTimeoutMs = 300_000;
const formatTimeoutMs = 60_000;

/** A changed pom.xml is another distribution: the name carries a digest of it. */
const distributionFolder = () => {
  const text = readFileSync(pom, 'utf8');
  const version = /<kafka\.version>([^<]+)</.exec(text)?.[1] ?? 'unknown';
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 8);
  return path.join(kafkaHome, `kafka-${version}-${digest}`);
};

/** The classpath in one fixed order: a class data archive is only good for the order that it was made with. */
export const classpath = async (folder) => {
  const names = (await readdir(path.join(folder, 'jars'))).filter((name) => name.endsWith('.jar'));
  return names
    .toSorted()
    .map((name) => path.join(folder, 'jars', name))
    .join(path.delimiter);
};

const copyJars = async (folder, signal) => {
  const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime'];
  const args = ['-B', '-q', '-f', pom, ...goal, `-DoutputDirectory=${path.join(folder, 'jars')}`];
  const end = await run('mvn', args, { signal, timeoutMs: fetchTimeoutMs });
  if (end.ok) return undefined;
  if (end.missing) return withTheThreeWays('Maven was not found (mvn), and Kafka is not fetched yet.');
  if (end.timedOut) return withTheThreeWays(`Maven did not end within ${fetchTimeoutMs / 1000} s.`);
  const lines = end.output.split('\n').filter((line) => line.includes('ERROR') && line.trim().length > 10);
  return withTheThreeWays(`Maven could not fetch Kafka: ${(lines[0] ?? end.output).trim()}`);
};

/**
 * Kafka's own formatting decides the feature levels that a new cluster starts with. They are the same for every new
 * data folder, so that it runs once a distribution, and data folders get a copy of its file.
 */
const makeBootstrapCheckpoint = async (folder, java, signal) => {
  const scratch = path.join(folder, 'scratch');
  const properties = path.join(folder, 'scratch.properties');
  const lines = [
    'process.roles=broker,controller',
    'node.id=1',
    'controller.quorum.voters=1@localhost:9093',
    'listeners=PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093',
    'controller.listener.names=CONTROLLER',
    `log.dirs=${scratch}`,
  ];
  await writeFile(properties, `${lines.join('\n')}\n`);
  const tool = ['kafka.tools.StorageTool', 'format', '-t', 'AAAAAAAAAAAAAAAAAAAAAQ', '-c', properties];
  const args = ['-XX:TieredStopAtLevel=1', '-cp', await classpath(folder), ...tool];
  const end = await run(java, args, { signal, timeoutMs: formatTimeoutMs });
  if (!end.ok) return `Kafka could not format a data folder: ${end.output.trim().split('\n').at(-1)}`;
  await rename(path.join(scratch, 'bootstrap.checkpoint'), path.join(folder, 'bootstrap.checkpoint'));
  await rm(scratch, { recursive: true });
  await rm(properties);
  return undefined;
};

/** Another process may fetch the same thing: the first to be ready wins, the other's copy goes. */
const publish = async (partial, folder) => {
  try {
    await rename(partial, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  }
};

const make = async (folder, java, signal) => {
  const partial = path.join(kafkaHome, `partial-${randomBytes(6).toString('hex')}`);
  await mkdir(partial, { recursive: true });
  try {
    const problem =
      (await copyJars(partial, signal)) ?? (await makeBootstrapCheckpoint(partial, java, signal));
    if (problem === undefined) await publish(partial, folder);
    return problem;
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
};

export const fetchKafka = async ({ onProgress, signal } = {}) => {
  const java = await checkJava(signal);
  if (!java.ok) return java;
  const folder = distributionFolder();
  if (!existsSync(folder)) {
    onProgress?.('Fetching Apache Kafka with Maven (about 45 MB, once)');
    const problem = await make(folder, java.command, signal);
    signal?.throwIfAborted();
    if (problem !== undefined) return { ok: false, problem };
  }
  return { ok: true, folder, java: java.command, javaMajor: java.major };
};
