import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

export interface Line {
  readonly msg: string;
  readonly level: string;
  readonly correlationId?: string;
  readonly eventId?: string;
  readonly eventType?: string;
  readonly topic?: string;
  readonly partition?: number;
  readonly port?: number;
}

/** A producer in a process of its own. */
export interface Producing {
  /** What it has written so far. */
  readonly lines: readonly Line[];
  /** The first line with this beginning of its message, written already or to come. */
  readonly line: (msg: string) => Promise<Line>;
  /** Resolves when so many events have been acknowledged, as its lines say. */
  readonly sent: (count: number) => Promise<void>;
  readonly kill: (signal: NodeJS.Signals) => void;
  /** Resolves when it has ended. */
  readonly ended: Promise<{ readonly code: number | null; readonly stderr: string }>;
}

const mainFile = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/** The lines about acknowledged events. */
export function sentLines({ lines }: Pick<Producing, 'lines'>): Line[] {
  return lines.filter(({ msg }) => msg === 'event sent');
}

/** Runs `producer/src/main.ts` with these settings and no others, after the preloaded files; it goes with the test. */
export function producing(
  settings: Readonly<Record<string, string>>,
  preload: readonly URL[] = [],
): Producing {
  const environment = { PATH: process.env['PATH'], METRICS_PORT: '0', ...settings };
  const child = spawn(process.execPath, [...preload.map(({ href }) => `--import=${href}`), mainFile], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const news = new EventEmitter().setMaxListeners(0);
  const lines: Line[] = [];
  let over = false;
  const reader = createInterface({ input: child.stdout });
  reader.on('line', (line) => {
    lines.push(JSON.parse(line) as Line);
    news.emit('news');
  });
  const until = async <T>(fact: () => T | undefined, what: string): Promise<T> => {
    for (;;) {
      const found = fact();
      if (found !== undefined) return found;
      if (over) throw new Error(`the producer ended before ${what}: ${JSON.stringify(lines.at(-1))}`);
      await once(news, 'news');
    }
  };
  const end = async (): Promise<{ code: number | null; stderr: string }> => {
    const [[code], stderr] = await Promise.all([
      once(child, 'exit'),
      text(child.stderr),
      once(reader, 'close'),
    ]);
    over = true;
    news.emit('news');
    return { code: code as number | null, stderr };
  };
  return {
    lines,
    line: (msg) => until(() => lines.find((line) => line.msg.startsWith(msg)), `it said "${msg}"`),
    sent: async (count) => {
      await until(() => (sentLines({ lines }).length >= count ? true : undefined), `${count} were sent`);
    },
    kill: (signal) => void child.kill(signal),
    ended: end(),
  };
}
