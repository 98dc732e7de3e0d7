import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Step } from './recipe.ts';
import { withLines } from './recipe.ts';

const root = path.join(import.meta.dirname, '..');
const parts = ['schemas', 'runtime', 'producer', 'consumer'];
const ownScope = '@event-pipeline';
const longestRunMs = 50_000;

/** How a program ended, and all that it printed. */
export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** A copy of the services' sources, apart from the repository, in which a recipe can be followed. */
export interface WorkingCopy {
  readonly follow: (steps: readonly Step[]) => Promise<void>;
  /** The compiler's verdict on the whole copy. */
  readonly compile: () => Promise<Ended>;
  /** Starts a service without a Kafka to reach, and asks it to stop as soon as it prints `up`. */
  readonly start: (service: 'producer' | 'consumer', up: string) => Promise<Ended>;
  readonly remove: () => void;
}

/** Installed packages are those of the repository; only its own ones are the copy's, or they would be the original's. */
export function makeWorkingCopy(): WorkingCopy {
  const folder = mkdtempSync(path.join(tmpdir(), 'recipe-'));
  const inCopy = (file: string): string => path.join(folder, file);
  for (const part of parts) {
    cpSync(path.join(root, part), inCopy(part), {
      recursive: true,
      filter: (source) => !['test', 'node_modules'].includes(path.relative(path.join(root, part), source)),
    });
  }
  for (const file of ['package.json', 'tsconfig.json', 'tsconfig.base.json'])
    cpSync(path.join(root, file), inCopy(file));
  linkPackages(folder);

  const node = (args: readonly string[], up: string | null = null): Promise<Ended> => run(folder, args, up);
  const apply = async (step: Step): Promise<void> => {
    if (step.kind === 'file') writeFileSync(inCopy(step.file), step.text);
    else if (step.kind === 'lines') {
      writeFileSync(inCopy(step.file), withLines(readFileSync(inCopy(step.file), 'utf8'), step.text));
    } else {
      const { code, output } = await node(step.words.slice(1));
      if (step.words[0] !== 'node' || code !== 0) throw new Error(`${step.words.join(' ')}: ${output}`);
    }
  };
  return {
    follow: async (steps) => {
      for (const step of steps) await apply(step);
    },
    compile: () =>
      node([path.join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.json', '--pretty', 'false']),
    start: (service, up) => node([`${service}/src/main.ts`], up),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function linkPackages(folder: string): void {
  mkdirSync(path.join(folder, 'node_modules', ownScope), { recursive: true });
  for (const name of readdirSync(path.join(root, 'node_modules'))) {
    // What a service keeps there of a copy is of use to nobody afterwards.
    if (name === ownScope || name === '.cache') continue;
    symlinkSync(path.join(root, 'node_modules', name), path.join(folder, 'node_modules', name));
  }
  for (const part of parts)
    symlinkSync(path.join(folder, part), path.join(folder, 'node_modules', ownScope, part));
}

async function run(folder: string, args: readonly string[], up: string | null): Promise<Ended> {
  // Nothing listens on the discard port: a service waits there for Kafka, as it should.
  const env = { PATH: process.env['PATH'], KAFKA_BOOTSTRAP_SERVERS: 'localhost:9', METRICS_PORT: '0' };
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env,
    timeout: longestRunMs,
    killSignal: 'SIGKILL',
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (up !== null && output.includes(up)) child.kill('SIGTERM');
    });
  }
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}
