// npm start. Plain JavaScript that also an older Node runs, before anything is installed: it installs what is missing,
// fetches Kafka meanwhile, and hands over to broker/src/start/ under a Node that runs TypeScript.
// `--install-only` ends after the first step, and says nothing where nothing is missing.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { fetchKafka } from './broker/src/kafka-distribution.mjs';

const root = path.dirname(fileURLToPath(import.meta.url));
const installedNode = path.join(root, 'node_modules', '.bin', 'node');
const secondHalf = path.join(root, 'broker', 'src', 'start', 'main.ts');
/** Runs TypeScript by itself. */
const oldestNode = 24;

const say = (line) => process.stdout.write(`${line}\n`);
const fail = (line) => {
  process.stderr.write(`${line}\n`);
  process.exit(1);
};

/** What stands in the way, in words for the person who typed the command. */
class Problem extends Error {}

const packagesIn = (file) => JSON.parse(readFileSync(path.join(root, file), 'utf8')).packages;

/** Is all that package-lock.json asks for in node_modules? npm keeps a list there, written when an install is done. */
const isInstalled = () => {
  if (!existsSync(path.join(root, 'node_modules/.package-lock.json'))) return false;
  const present = packagesIn('node_modules/.package-lock.json');
  return Object.entries(packagesIn('package-lock.json')).every(([name, wanted]) => {
    if (!name.startsWith('node_modules/') || (wanted.optional && present[name] === undefined)) return true;
    return present[name] !== undefined && present[name].version === wanted.version;
  });
};

/** npm has so long to end once it is told to. */
const npmEndMs = 5_000;

/** Resolves when npm has ended well; rejects with a Problem when it has ended otherwise, which it is told to where `signal` aborts. */
const install = (signal) =>
  new Promise((resolve, reject) => {
    say('Installing what is missing (npm ci)');
    const npm = process.env.npm_execpath;
    const [command, first] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
    const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
    const child = spawn(command, [...first, ...args], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    signal.addEventListener('abort', () => {
      child.kill('SIGTERM');
      setTimeout(() => child.kill('SIGKILL'), npmEndMs).unref();
    });
    child.once('error', (error) => reject(new Problem(`npm could not be run: ${error.message}`)));
    child.once('exit', (code) => {
      if (code === 0) resolve();
      else reject(new Problem(`npm ci ended with exit code ${code}: see above`));
    });
  });

const kafkaIsGiven = (process.env.KAFKA_BOOTSTRAP_SERVERS ?? '').trim() !== '';

/** Kafka is fetched while npm installs; what stands in the way is said now, not after a minute of installing. */
const fetchMeanwhile = async (signal) => {
  if (kafkaIsGiven) return;
  const kafka = await fetchKafka({ onProgress: say, signal });
  if (!kafka.ok) throw new Problem(kafka.problem);
};

/** Where one of the two fails, or where it is asked to stop, nothing is left running and nothing half fetched. */
const prepare = async (installOnly) => {
  const abort = new AbortController();
  let asked = false;
  const stop = () => {
    asked = true;
    abort.abort();
  };
  for (const name of ['SIGINT', 'SIGTERM']) process.on(name, stop);
  const missing = !isInstalled();
  const parts = [
    missing ? install(abort.signal) : Promise.resolve(),
    installOnly || !missing ? Promise.resolve() : fetchMeanwhile(abort.signal),
  ];
  try {
    await Promise.all(parts);
  } catch (error) {
    abort.abort();
    await Promise.allSettled(parts);
    if (!asked) {
      if (error instanceof Problem) fail(error.message);
      throw error;
    }
  }
  if (asked) process.exit(0);
  for (const name of ['SIGINT', 'SIGTERM']) process.off(name, stop);
};

/** The second half is a child here: it gets our signals, and ends when we are gone. */
const runUnderInstalledNode = () => {
  const child = spawn(installedNode, [secondHalf], { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
  const signals = ['SIGINT', 'SIGTERM'];
  for (const name of signals) process.on(name, () => child.kill(name));
  child.once('error', (error) => fail(`${installedNode} could not be run: ${error.message}`));
  child.once('exit', (code) => process.exit(code ?? 1));
};

const majorOf = (version) => Number(/^v?(\d+)/.exec(version)?.[1]);

const installOnly = process.argv.includes('--install-only');
await prepare(installOnly);
if (!installOnly) {
  if (majorOf(process.versions.node) >= oldestNode) await import(secondHalf);
  else if (existsSync(installedNode)) runUnderInstalledNode();
  else fail(`Node ${oldestNode} or newer is needed, this is ${process.version}, and npm brought none along.`);
}
