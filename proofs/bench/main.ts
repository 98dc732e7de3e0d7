// npm run bench: how fast the consumer is, beside the loops that people write.
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { startKafka } from '@event-pipeline/broker/start-kafka.ts';
import { readCommandLine } from '../command-line.ts';
import { readArguments, usage, type BenchArguments } from './arguments.ts';
import { connectTopics } from './fill.ts';
import { tableOf, verdictsOf, verdictTable, type Verdict } from './report.ts';
import { createStock, runCase, type Bench } from './run-case.ts';
import { startCompanion } from './run-subject.ts';

const DEAD_LETTER_TOPIC = 'bench-dead-letters';
const resultsFolder = fileURLToPath(new URL('results/', import.meta.url));

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function run({ cases, runs, records, profile }: BenchArguments, bootstrap: string): Promise<void> {
  const topics = await connectTopics(bootstrap);
  const { child: server, message } = await startCompanion('http-server.ts');
  await topics.create(DEAD_LETTER_TOPIC, 1);
  const bench: Bench = {
    bootstrap,
    topics,
    deadLetterTopic: DEAD_LETTER_TOPIC,
    forwardUrl: `http://127.0.0.1:${(message as { port: number }).port}/events`,
    runs,
    records,
    nodeArgs: profile === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`],
    say,
  };
  const stock = createStock(bench);
  const verdicts: Verdict[] = [];
  const results: Record<string, unknown> = {};
  try {
    for (const [index, one] of cases.entries()) {
      say(`\n${one.name}`);
      const figures = await runCase(one, bench, stock);
      say(tableOf(figures));
      verdicts.push(...verdictsOf(one, figures));
      results[one.name] = Object.fromEntries(figures);
      await stock.keepOnly(
        new Set(cases.slice(index + 1).flatMap(({ subjects }) => subjects.map(({ data }) => data))),
      );
    }
    say(`\nBars, by the medians of ${runs} alternating runs\n${verdictTable(verdicts)}`);
    say(`\nAll figures: ${await save({ runs, records, results, verdicts })}`);
  } finally {
    server.kill('SIGKILL');
    await topics.close();
  }
}

async function save(content: Record<string, unknown>): Promise<string> {
  const at = new Date().toISOString();
  const machine = { node: process.version, cores: cpus().length, model: cpus()[0]?.model ?? '' };
  await mkdir(resultsFolder, { recursive: true });
  const file = path.join(resultsFolder, `${at.replaceAll(':', '-')}.json`);
  await writeFile(file, JSON.stringify({ at, machine, ...content }, null, 2));
  return path.relative(process.cwd(), file);
}

const options = readCommandLine(readArguments, usage);
// A broker that is measured has all of its compiler.
const kafka = await startKafka({ data: 'temporary', javaOptions: [], onProgress: say });
try {
  await run(options, kafka.bootstrap);
} finally {
  await kafka.stop();
}
process.exit(0);
