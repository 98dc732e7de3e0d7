import { fork, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { openSync, closeSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Program, Subject } from './cases.ts';
import type { SubjectResult, SubjectTask } from './protocol.ts';

/** A subject that takes longer is stuck. */
const RUN_MAX_MS = 240_000;

/** kafkajs sets timers in the past. */
const QUIET = '--disable-warning=TimeoutNegativeWarning';

const fileOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** As `npm run consumer` starts it, and with its observer. */
const asConsumer = [
  '--min-semi-space-size=16',
  '--max-semi-space-size=16',
  '--import',
  fileOf('programs/observe-consumer.ts'),
];

const programFiles: Record<Program, string> = {
  consumer: fileOf('../../consumer/src/main.ts'),
  'bare-loop': fileOf('programs/bare-loop.ts'),
  'platformatic-loop': fileOf('programs/platformatic-loop.ts'),
  'bare-pool': fileOf('programs/bare-pool.ts'),
};

export interface RunOptions {
  readonly subject: Subject;
  readonly task: SubjectTask;
  /** Further arguments of Node, for a profile. */
  readonly nodeArgs: readonly string[];
}

export interface Run {
  /** On the machine's monotonic clock. */
  readonly startedAtUs: number;
  readonly result: SubjectResult;
}

/** A task for one run: its group is new, so it begins at the topic's start. */
export function taskOf(
  subject: Subject,
  places: Pick<SubjectTask, 'bootstrap' | 'topic' | 'deadLetterTopic' | 'total' | 'forwardUrl'>,
): SubjectTask {
  return {
    ...places,
    groupId: `bench-${randomUUID()}`,
    handler: subject.handler ?? 'nothing',
    commitEvery: subject.commitEvery ?? null,
    concurrency: subject.concurrency ?? 64,
  };
}

/** Runs a subject as a process until it reports that all is done, and ends it. Its output goes to a file. */
export async function runSubject({ subject, task, nodeArgs }: RunOptions): Promise<Run> {
  const outputFile = path.join(tmpdir(), `bench-output-${randomUUID()}`);
  const output = openSync(outputFile, 'w');
  const preload = subject.program === 'consumer' ? asConsumer : [];
  const startedAtUs = Number(process.hrtime.bigint() / 1000n);
  const child = fork(programFiles[subject.program], {
    execArgv: [QUIET, ...nodeArgs, ...preload],
    env: { PATH: process.env['PATH'], BENCH_TASK: JSON.stringify(task), ...settingsOf(subject, task) },
    stdio: ['ignore', output, 'inherit', 'ipc'],
  });
  const companion = subject.data === 'paced' ? await startCompanion('paced-producer.ts', task) : null;
  try {
    companion?.child.send('go');
    return { startedAtUs, result: await resultOf(child, subject) };
  } finally {
    companion?.child.kill('SIGKILL');
    await end(child, nodeArgs.length > 0 ? 'SIGTERM' : 'SIGKILL');
    closeSync(output);
    await rm(outputFile, { force: true });
  }
}

function settingsOf(subject: Subject, task: SubjectTask): Record<string, string> {
  if (subject.program !== 'consumer') return {};
  return {
    KAFKA_BOOTSTRAP_SERVERS: task.bootstrap,
    KAFKA_TOPICS: task.topic,
    DLQ_TOPIC: task.deadLetterTopic,
    CONSUMER_GROUP_ID: task.groupId,
    METRICS_PORT: '0',
    LOG_LEVEL: subject.logLevel ?? 'WARN',
    MAX_CONCURRENCY: String(task.concurrency),
    ...(task.forwardUrl === null ? {} : { FORWARD_URL: task.forwardUrl }),
  };
}

async function resultOf(child: ChildProcess, subject: Subject): Promise<SubjectResult> {
  const bound = AbortSignal.timeout(RUN_MAX_MS);
  const done = once(child, 'message', { signal: bound });
  const ended = once(child, 'exit', { signal: bound }).then(([code]) => {
    throw new Error(`${subject.label} (${subject.data}) ended with ${code} before it was done`);
  });
  const [result] = (await Promise.race([done, ended])) as [SubjectResult];
  ended.catch(() => undefined);
  return result;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  const force = setTimeout(() => child.kill('SIGKILL'), 20_000);
  await exited;
  clearTimeout(force);
}

/** A program beside the subjects, and what it said when it was ready. */
export async function startCompanion(file: string, task?: SubjectTask) {
  const child = fork(fileOf(`programs/${file}`), {
    execArgv: [QUIET],
    env: { PATH: process.env['PATH'], ...(task === undefined ? {} : { BENCH_TASK: JSON.stringify(task) }) },
  });
  const [message] = (await once(child, 'message', { signal: AbortSignal.timeout(20_000) })) as [unknown];
  return { child, message };
}
