/**
 * Loaded into a consumer's process before its own code (`node --import`). Writes down what passes the named points, each
 * line with one write of its own and before the program goes on, so that kill -9 takes no line of it; and ends, stops
 * or blocks the process at the n-th passing of a point.
 *
 * Once a second it writes down what is active in the process, and with LEDGER_HEAP=1 how much the heap holds.
 *
 * LEDGER_FILE: where to. LEDGER_FAULT: `point:n:kill`, `point:n:stop` or `point:n:block`, such as `letter-written:3:kill`.
 */
import { subscribe } from 'node:diagnostics_channel';
import { openSync, writeSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { fingerprint } from '../fingerprint.ts';
import { nowUs, type Mark } from './ledger-line.ts';

interface Place {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}
interface Delivery extends Place {
  readonly value: Buffer;
  readonly attempts: number;
}
interface Entry extends Place {
  readonly metadata: string;
}
type Partitions = readonly Omit<Place, 'offset'>[];

const file = openSync(process.env['LEDGER_FILE'] as string, 'a');
const [faultPoint, faultAt, faultKind] = (process.env['LEDGER_FAULT'] ?? '').split(':');
/** Longer than the session. */
const blockMs = 1.5 * 1_000 * Number(process.env['SESSION_TIMEOUT_SEC']);
let passings = 0;

function write(mark: Mark, ...fields: readonly (string | number)[]): void {
  writeSync(file, `${mark}\t${nowUs()}${fields.length === 0 ? '' : '\t'}${fields.join('\t')}\n`);
}

/** Calls `told` at each passing, and then, where this is the point of the fault, ends or stops the process. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- each point says what it carries
function at<T>(point: string, told: (message: T) => void): void {
  subscribe(`consumer:${point}`, (message) => {
    told(message as T);
    if (point !== faultPoint) return;
    passings += 1;
    if (passings !== Number(faultAt)) return;
    write(faultKind === 'kill' ? 'K' : 'S', point);
    if (faultKind === 'block') {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, blockMs);
      write('G', point);
      return;
    }
    process.kill(process.pid, faultKind === 'stop' ? 'SIGSTOP' : 'SIGKILL');
  });
}

const place = ({ topic, partition, offset }: Place) => [topic, partition, offset] as const;
const entry = ({ topic, partition, offset, metadata }: Entry) =>
  `${topic}/${partition}:${offset}:${metadata}`;
const names = (partitions: Partitions) => partitions.map(({ topic, partition }) => `${topic}/${partition}`);

const isOutage = (error: unknown) => error instanceof Error && error.name === 'Unavailable';

at<Delivery>('handler-began', (delivery) => write('B', ...place(delivery)));
at<{ delivery: Delivery; error: unknown }>('handler-ended', ({ delivery, error }) => {
  if (error === null) write('H', ...place(delivery), fingerprint(delivery.value));
  else write('F', ...place(delivery), isOutage(error) ? 'outage' : delivery.attempts);
});
at<Delivery>('lease-missing', (delivery) => write('N', ...place(delivery)));
at<Delivery>('letter-due', (delivery) => write('D', ...place(delivery)));
at<Delivery>('letter-sending', (delivery) => write('L', ...place(delivery)));
at<Delivery>('letter-written', (delivery) => write('W', ...place(delivery)));
at<readonly Entry[]>('commit-sending', (entries) => write('C', ...entries.map(entry)));
at<{ result: string; entries: readonly Entry[] }>('commit-answered', ({ result, entries }) =>
  write('A', result, ...entries.map(entry)),
);
at<Partitions>('partitions-assigned', (partitions) => write('P', ...names(partitions)));
at<{ partitions: Partitions; cut: boolean }>('partitions-revoking', ({ partitions, cut }) =>
  write(cut ? 'X' : 'R', ...names(partitions)),
);

const SAMPLE_MS = 1_000;
const collectGarbage = process.env['LEDGER_HEAP'] === '1' ? exposeGc() : null;

function exposeGc(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}

setInterval(() => {
  const resources = process.getActiveResourcesInfo();
  const timers = resources.filter((kind) => kind === 'Timeout' || kind === 'Immediate').length;
  collectGarbage?.();
  write(
    'M',
    timers,
    resources.length - timers,
    collectGarbage === null ? '-' : process.memoryUsage().heapUsed,
  );
}, SAMPLE_MS).unref();
