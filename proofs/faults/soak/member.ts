import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { OwnResources } from '../preload/resources.ts';
import { until } from '../cell/until.ts';
import type { Look } from './thirds.ts';

/** A consumer of the soak, as a process of its own. */
export interface Member {
  readonly name: string;
  readonly looks: readonly Look[];
  /** Looks at what it takes now. Nothing where it has no resources to tell of yet, or is gone. */
  look(): void;
  /** Asks for its metrics. @throws where it does not answer within 5 s */
  scrape(): Promise<void>;
  isReady(): Promise<boolean>;
  /** SIGTERM, and after 45 s SIGKILL; resolves to its exit code, null where a signal ended it. */
  end(): Promise<number | null>;
}

const main = fileURLToPath(import.meta.resolve('../../../consumer/src/main.ts'));
const preload = import.meta.resolve('../preload/resources.ts');
const ANSWER_TIMEOUT_MS = 5_000;
const END_TIMEOUT_MS = 45_000;
const MIB = 1024 * 1024;

/** Starts it as `npm run consumer` does; does not wait for it to be ready. */
export function startMember(name: string, folder: string, env: Readonly<Record<string, string>>): Member {
  const resourcesFile = path.join(folder, `${name}.resources`);
  const child = spawn(
    process.execPath,
    ['--min-semi-space-size=16', '--max-semi-space-size=16', '--import', preload, main],
    {
      env: { PATH: process.env['PATH'], METRICS_PORT: '0', RESOURCES_FILE: resourcesFile, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const kill = () => void child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
  const looks: Look[] = [];
  let port: string | null = null;
  const output = createWriteStream(path.join(folder, `${name}.out`));
  createInterface({ input: child.stdout }).on('line', (line) => {
    port ??= /"port":(\d+)/.exec(line)?.[1] ?? null;
    // A line an event is a gigabyte in half an hour.
    if (!line.includes('"eventId"') || !line.includes('"level":"info"')) output.write(`${line}\n`);
  });
  const isRunning = () => child.exitCode === null && child.signalCode === null;
  const get = async (route: string) =>
    await fetch(`http://127.0.0.1:${port}${route}`, { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });

  return {
    name,
    looks,
    look: () => {
      const look = lookAt(child.pid, resourcesFile);
      if (look !== null) looks.push(look);
    },
    scrape: async () => void (await (await get('/metrics')).text()),
    isReady: async () => port !== null && (await get('/readyz').catch(() => null))?.status === 200,
    end: async () => {
      child.kill('SIGTERM');
      if (!(await until(() => !isRunning(), END_TIMEOUT_MS))) {
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
      output.end();
      return child.exitCode;
    },
  };
}

function lookAt(pid: number | undefined, resourcesFile: string): Look | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const own = JSON.parse(readFileSync(resourcesFile, 'utf8')) as OwnResources;
    return {
      atMs: performance.now(),
      rssMib: Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024,
      openFiles: readdirSync(`/proc/${pid}/fd`).length,
      timers: own.timers,
      handles: own.handles,
      heapMib: own.heapUsedBytes / MIB,
      externalMib: own.externalBytes / MIB,
    };
  } catch {
    return null;
  }
}
