import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Cluster } from '@event-pipeline/broker/start-cluster.ts';
import { createCell, type Cell } from './cell/cell.ts';
import { reach } from './cell/moments.ts';
import { isCommittedToTheEnd } from './cell/quiet.ts';
import { createRandom } from './cell/random.ts';
import { partitionEnds, readTopics } from './cell/read-topics.ts';
import { percentile, recoveriesMs } from './cell/recovery.ts';
import { until } from './cell/until.ts';
import { check } from './checker/check.ts';
import type { Evidence } from './checker/evidence.ts';
import { repeats } from './checker/no-repeats.ts';
import type { Scenario } from './scenario.ts';

export interface CellResult {
  readonly scenario: string;
  readonly seed: number;
  readonly rounds: number;
  readonly records: number;
  readonly letters: number;
  /** What happened, and how often. */
  readonly tally: Readonly<Record<string, number>>;
  readonly duplicates: number;
  /** After each kill or cut, for each partition. */
  readonly recoveriesMs: readonly number[];
  readonly violations: readonly string[];
  /** Where what it left behind is; null where nothing was broken. */
  readonly folder: string | null;
}

export interface CellRun {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly cluster: Cluster;
  /** For everything that cells leave behind. */
  readonly folder: string;
  /** By `performance.now()`: no round begins later. */
  readonly untilMs: number;
}

const QUIET_TIMEOUT_MS = 90_000;
const SAMPLE_MS = 1_000;

/** One cell from its start to its checks: as many rounds of the fault as the time allows, at least one. */
export async function runCell(run: CellRun): Promise<CellResult> {
  const { scenario, seed } = run;
  const name = `${scenario.name}-${seed}`;
  const folder = path.join(run.folder, name);
  const cell = await createCell({
    name,
    folder,
    scenario,
    cluster: run.cluster,
    random: createRandom(seed),
  });
  const sampling = setInterval(() => cell.processes.forEach((one) => one.sample()), SAMPLE_MS);
  try {
    await cell.refill();
    const rounds = await injectRounds(run, cell);
    await comeToRest(cell);
    const evidence = await collect(cell);
    const violations = check(evidence);
    if (!scenario.happened(cell.tally)) violations.push(`the fault did not happen in ${rounds} rounds`);
    if (violations.length === 0) rmSync(folder, { recursive: true });
    else writeFileSync(path.join(folder, 'violations.txt'), `${violations.join('\n')}\n`);
    return resultOf(run, rounds, cell, evidence, violations);
  } finally {
    clearInterval(sampling);
    await cell.target?.shut();
    await cell.proxy?.shut();
    await Promise.all(cell.running().map((one) => one.kill()));
  }
}

async function injectRounds({ scenario, seed, untilMs }: CellRun, cell: Cell): Promise<number> {
  const random = createRandom(seed + 1);
  for (let round = 1; ; round += 1) {
    await reach(cell, random.pick(scenario.moments));
    await scenario.inject(cell, random);
    await scenario.heal?.(cell);
    cell.writer.resume();
    await cell.refill();
    if (round >= (scenario.rounds ?? 6) || performance.now() > untilMs) return round;
  }
}

/** Nothing more is written: all is committed, the counters are kept, the consumers end. */
async function comeToRest(cell: Cell): Promise<void> {
  await cell.writer.end();
  if (!(await until(() => isCommittedToTheEnd(cell), QUIET_TIMEOUT_MS)))
    cell.complaints.push(`not all was committed within ${QUIET_TIMEOUT_MS / 1_000} s after the last fault`);
  for (const consumer of cell.running()) {
    const { status, text } = await consumer.get('/healthz').catch(failedAnswer);
    if (status !== 200) cell.complaints.push(`${consumer.name} is not healthy in the end: ${text}`);
    else await consumer.keepMetrics();
  }
  await Promise.all(cell.running().map((consumer) => cell.terminate(consumer)));
}

const failedAnswer = (error: unknown) => ({ status: 0, text: String(error) });

async function collect(cell: Cell): Promise<Evidence> {
  const { bootstrap } = cell.cluster;
  const committed = await cell.watch.look();
  await cell.watch.end();
  return {
    written: cell.writer.written,
    log: await readTopics(bootstrap, cell.topics, `${cell.name}-log-reader`),
    letters: await readTopics(bootstrap, [cell.dlqTopic], `${cell.name}-letter-reader`),
    ends: await partitionEnds(bootstrap, cell.topics),
    committed,
    commitLooks: cell.watch.looks,
    lives: cell.processes.map((one) => one.life()),
    targetTaken: cell.target?.taken ?? null,
    complaints: cell.complaints,
    policy: cell.policy,
  };
}

function resultOf(
  { scenario, seed, folder }: CellRun,
  rounds: number,
  cell: Cell,
  evidence: Evidence,
  violations: readonly string[],
): CellResult {
  return {
    scenario: scenario.name,
    seed,
    rounds,
    records: evidence.log.length,
    letters: evidence.letters.length,
    tally: cell.tally.all(),
    duplicates: repeats(evidence),
    recoveriesMs: recoveriesMs(evidence.lives, cell.policy.sessionMs),
    violations,
    folder: violations.length === 0 ? null : path.join(folder, cell.name),
  };
}

/** The 99th percentile of the recoveries of several cells, in milliseconds; null where there were none. */
export function recoveryP99Ms(results: readonly CellResult[]): number | null {
  return percentile(
    results.flatMap(({ recoveriesMs }) => recoveriesMs),
    0.99,
  );
}
