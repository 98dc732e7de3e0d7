import type { Case, Subject } from './cases.ts';
import { dataOf, type Data, type DataName } from './data.ts';
import { figuresOf, type Figures } from './figures.ts';
import type { Topics } from './fill.ts';
import { runSubject, taskOf } from './run-subject.ts';

export interface Bench {
  readonly bootstrap: string;
  readonly topics: Topics;
  readonly deadLetterTopic: string;
  /** The server that events are sent to. */
  readonly forwardUrl: string;
  readonly records: number;
  readonly runs: number;
  /** Arguments of Node for this consumer, for a profile. */
  readonly nodeArgs: readonly string[];
  readonly say: (line: string) => void;
}

/** The figures of a case, by its subjects' labels, a list of runs for each. */
export type CaseFigures = ReadonlyMap<string, Figures[]>;

/** The topics that are filled; a case finds those of earlier ones. */
export function createStock(bench: Bench) {
  const filled = new Set<DataName>();
  const topicOf = (data: Data): string => `bench-${data.name}`;
  let paced = 0;

  async function use(name: DataName): Promise<{ topic: string; data: Data }> {
    const data = dataOf(name, bench.records);
    if (name === 'paced') {
      const topic = `bench-paced-${paced++}`;
      await bench.topics.create(topic, data.partitions);
      return { topic, data };
    }
    if (!filled.has(name)) {
      bench.say(`  writing ${data.records.toLocaleString('en')} records (${name})`);
      await bench.topics.fill(topicOf(data), data);
      filled.add(name);
    }
    return { topic: topicOf(data), data };
  }

  /** Removes the topics that no later case needs: the disk holds a few at a time. */
  async function keepOnly(needed: ReadonlySet<DataName>): Promise<void> {
    for (const name of filled) {
      if (needed.has(name)) continue;
      await bench.topics.remove(topicOf(dataOf(name, bench.records)));
      filled.delete(name);
    }
  }

  return { use, keepOnly };
}

export type Stock = ReturnType<typeof createStock>;

/** Runs the subjects in turn, each time beginning with another one, so that none has the quiet minutes. */
export async function runCase({ subjects }: Case, bench: Bench, stock: Stock): Promise<CaseFigures> {
  const figures = new Map<string, Figures[]>(subjects.map(({ label }) => [label, []]));
  for (const { data } of subjects) if (data !== 'paced') await stock.use(data);
  for (let run = 0; run < bench.runs; run += 1) {
    bench.say(`  run ${run + 1} of ${bench.runs}`);
    const first = run % subjects.length;
    for (const subject of [...subjects.slice(first), ...subjects.slice(0, first)]) {
      const one = await runOnce(subject, bench, stock);
      figures.get(subject.label)?.push(one);
    }
  }
  return figures;
}

async function runOnce(subject: Subject, bench: Bench, stock: Stock): Promise<Figures> {
  const { topic, data } = await stock.use(subject.data);
  const task = taskOf(subject, {
    bootstrap: bench.bootstrap,
    topic,
    deadLetterTopic: bench.deadLetterTopic,
    total: subject.total ?? data.records,
    forwardUrl: subject.forward === true ? bench.forwardUrl : null,
  });
  const nodeArgs = subject.program === 'consumer' ? bench.nodeArgs : [];
  const { startedAtUs, result } = await runSubject({ subject, task, nodeArgs });
  if (subject.data === 'paced') await bench.topics.remove(topic);
  return figuresOf(result, startedAtUs);
}
