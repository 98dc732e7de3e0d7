import { existsSync, readFileSync } from 'node:fs';
import type { Mark, SubjectResult, SubjectTask } from '../protocol.ts';

/** What this process is to do; the benchmark says it in the environment. Where the benchmark ends first, this process does too. */
export function readTask(): SubjectTask {
  process.on('disconnect', () => process.exit(1));
  const text = process.env['BENCH_TASK'];
  if (text === undefined) throw new Error('BENCH_TASK is not set: this program is started by the benchmark');
  return JSON.parse(text) as SubjectTask;
}

/** What Linux says of a process. */
const STATUS_FILE = '/proc/self/status';

/** The clock that all processes of this machine share, in microseconds. */
export const clockUs = (): number => Number(process.hrtime.bigint() / 1000n);

/** The consumer's last records wait for COMMIT_INTERVAL_SEC where they are fewer than COMMIT_INTERVAL_MESSAGES. */
const NOT_AWAITED = 100;

/** Looks at clock and CPU once for every fiftieth of the records: nothing that a record would feel. */
export class Marks {
  readonly #total: number;
  readonly #marks: Mark[] = [];
  #next = 1;
  #done = false;

  /** Of a task about time alone, nobody waits for the last commit: timed-handler.ts reports. */
  constructor({ total, handler }: SubjectTask) {
    this.#total = handler === 'timed' ? Infinity : total - NOT_AWAITED;
  }

  /** So many records are done by now. Sends the result when they are all, but for the last hundred. */
  reached(settled: number, more: Partial<SubjectResult> = {}): void {
    if (settled < this.#next || this.#done) return;
    const { user, system } = process.cpuUsage();
    this.#marks.push({ atUs: clockUs(), cpuUs: user + system, settled });
    this.#next = Math.min(settled + this.#total / 50, this.#total);
    if (settled < this.#total) return;
    this.#done = true;
    report({ marks: this.#marks, ...more });
  }
}

/** The peak of this program. What resourceUsage() tells of begins with the size of the process that started it. */
function peakRssKib(): number {
  const status = existsSync(STATUS_FILE) ? readFileSync(STATUS_FILE, 'utf8') : '';
  const peak = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  return peak === undefined ? process.resourceUsage().maxRSS : Number(peak);
}

/** Hands the result to the benchmark, which then ends this process. */
export function report(result: Partial<SubjectResult>): void {
  const whole: SubjectResult = {
    marks: [],
    firstRecordAtUs: null,
    latenciesUs: [],
    ...result,
    peakRssKib: peakRssKib(),
  };
  process.send?.(whole);
}

/** The sum of the positions that are committed, over all partitions: the records that are done, for logs that begin at 0. */
export class Committed {
  readonly #positions = new Map<string, number>();
  #sum = 0;

  take(topic: string, partition: number, offset: number): number {
    const name = `${topic}/${partition}`;
    this.#sum += offset - (this.#positions.get(name) ?? 0);
    this.#positions.set(name, offset);
    return this.#sum;
  }
}
