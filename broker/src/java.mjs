// Plain JavaScript: start.mjs uses this on an older Node, before anything is installed.
import { execFile } from 'node:child_process';
import path from 'node:path';

/** Kafka 4 is compiled for Java 17. */
const oldestJava = 17;

const threeWays =
  'There are three ways to a Kafka: set KAFKA_BOOTSTRAP_SERVERS to the address of one, ' +
  'run `docker compose up --build`, or install Java 17 or newer and Maven (java and mvn on PATH).';

/** @param {string} what the fact, a full sentence */
export const withTheThreeWays = (what) => `${what} ${threeWays}`;

export const javaCommand = (env = process.env) =>
  env.JAVA_HOME ? path.join(env.JAVA_HOME, 'bin', 'java') : 'java';

/** Runs a program to its end, in at most `timeoutMs`; never rejects. */
export const run = (command, args, { signal, timeoutMs, cwd } = {}) =>
  new Promise((resolve) => {
    const options = { signal, timeout: timeoutMs, cwd, maxBuffer: 16 * 1024 * 1024, killSignal: 'SIGKILL' };
    const child = execFile(command, args, options, (error, stdout, stderr) => {
      const missing = error?.code === 'ENOENT';
      resolve({
        ok: error === null,
        missing,
        timedOut: error?.killed === true,
        output: `${stdout}${stderr}`,
      });
    });
    child.stdin?.end();
  });

export const checkJava = async (signal) => {
  const command = javaCommand();
  const answer = await run(command, ['-version'], { signal, timeoutMs: 30_000 });
  if (answer.missing) return { ok: false, problem: withTheThreeWays(`Java was not found (${command}).`) };
  // `version "17.0.15"`; up to Java 8 it was `version "1.8.0_392"`.
  const version = /version "(?:1\.)?(\d+)/.exec(answer.output);
  if (!answer.ok || version === null) {
    const said = answer.output.trim().split('\n')[0];
    return { ok: false, problem: withTheThreeWays(`Java does not run (${command}: ${said}).`) };
  }
  const major = Number(version[1]);
  if (major < oldestJava) {
    return { ok: false, problem: withTheThreeWays(`Java ${major} is too old for Kafka (${command}).`) };
  }
  return { ok: true, command, major };
};
