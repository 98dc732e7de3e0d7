import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Cluster } from '@event-pipeline/broker/start-cluster.ts';
import { createCell, type Cell } from './cell/cell.ts';
import { momentTurns } from './cell/moment-turns.ts';
import { reach, type Moment } from './cell/moments.ts';
import { usualPatience, type Patience } from './cell/patience.ts';
import { collect, comeToRest } from './cell/conclude.ts';
import { watchHealth } from './cell/health-watch.ts';
import { createRandom } from './cell/random.ts';
import { percentile, recoveriesMs } from './cell/recovery.ts';
import { watchStandstill } from './cell/standstill.ts';
import { checkInTurns } from './checker/check.ts';
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
  /** What each of them has to wait for. */
  readonly sessionMs: number;
  readonly violations: readonly string[];
  /** Where what it left behind is; null where nothing was broken or slow, and it was not to be kept. */
  readonly folder: string | null;
}

export interface CellRun {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly cluster: Cluster;
  /** For everything that cells leave behind. */
  readonly folder: string;
  /** By `performance.now()`: no round begins later, but for those that a moment still wants. */
  readonly untilMs: number;
  /** The usual. */
  readonly patience?: Patience;
  /** Whether what it leaves behind is kept even if nothing was broken; false. */
  readonly keep?: boolean;
}

const SAMPLE_MS = 1_000;
/** A recovery that takes longer is worth a look. */
const SLOW_BEYOND_SESSION_MS = 6_000;
/** Requests that go by a proxy wait for 3 s. */
const STANDSTILL_MAX_MS = 1_500;

/** One cell from its start to its checks: as many rounds of the fault as the time allows, at least one at each moment. */
export async function runCell(run: CellRun): Promise<CellResult> {
  const { scenario, seed, patience = usualPatience } = run;
  const name = `${scenario.name}-${seed}`;
  const folder = path.join(run.folder, name);
  const cell = await createCell({
    name,
    folder,
    scenario,
    cluster: run.cluster,
    random: createRandom(seed),
    patience,
  });
  const health = watchHealth(cell.running);
  const standstill = watchStandstill();
  const sampling = setInterval(() => cell.processes.forEach((one) => one.sample()), SAMPLE_MS);
  try {
    await cell.refill();
    cell.times.becomesCalm();
    const rounds = await injectRounds(run, cell);
    await cell.writer.end();
    await scenario.conclude?.(cell, createRandom(seed + 2));
    await comeToRest(cell, patience);
    const stoodStillMs = standstill.longestMs();
    await health.end();
    const evidence = await collect(cell, health.looks);
    const violations = await checkInTurns(evidence);
    if (!scenario.happened(cell.tally)) violations.push(`the fault did not happen in ${rounds} rounds`);
    if (violations.length > 0 && cell.proxy !== null && stoodStillMs > STANDSTILL_MAX_MS)
      violations.push(
        `meanwhile the suite, and so the proxy, stood still for ${Math.round(stoodStillMs)} ms`,
      );
    const result = resultOf(run, rounds, cell, evidence, violations);
    if (result.folder === null) rmSync(folder, { recursive: true });
    else writeFileSync(path.join(folder, 'violations.txt'), `${violations.join('\n')}\n`);
    return result;
  } finally {
    clearInterval(sampling);
    standstill.end();
    await health.end();
    await cell.target?.shut();
    await cell.proxy?.shut();
    await Promise.all(cell.running().map((one) => one.kill()));
  }
}

async function injectRounds({ scenario, seed, untilMs }: CellRun, cell: Cell): Promise<number> {
  const random = createRandom(seed + 1);
  const turns = momentTurns(scenario.moments, random);
  const most = scenario.rounds ?? 6;
  // Whatever the time, no moment is left out that the scenario has rounds for.
  const least = Math.min(most, new Set(turns).size);
  for (let round = 1; ; round += 1) {
    await reach(cell, turns[(round - 1) % turns.length] as Moment);
    cell.times.endsCalm();
    await scenario.inject(cell, random);
    await scenario.heal?.(cell);
    cell.writer.resume();
    await cell.refill();
    cell.times.becomesCalm();
    if (round >= most || (round >= least && performance.now() > untilMs)) return round;
  }
}

function resultOf(
  run: CellRun,
  rounds: number,
  cell: Cell,
  evidence: Evidence,
  violations: readonly string[],
): CellResult {
  const recoveries = recoveriesMs(evidence);
  const isSlow = recoveries.some((ms) => ms > cell.policy.sessionMs + SLOW_BEYOND_SESSION_MS);
  return {
    scenario: run.scenario.name,
    seed: run.seed,
    rounds,
    records: evidence.log.length,
    letters: evidence.letters.length,
    tally: cell.tally.all(),
    duplicates: repeats(evidence),
    recoveriesMs: recoveries,
    sessionMs: cell.policy.sessionMs,
    violations,
    folder: violations.length > 0 || isSlow || run.keep === true ? cell.folder : null,
  };
}

/** The 99th percentile of the recoveries of several cells, in milliseconds; null where there were none. */
export function recoveryP99Ms(results: readonly CellResult[]): number | null {
  return percentile(
    results.flatMap(({ recoveriesMs }) => recoveriesMs),
    0.99,
  );
}
