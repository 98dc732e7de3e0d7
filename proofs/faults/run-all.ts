import path from 'node:path';
import { startCluster, type Cluster } from '@event-pipeline/broker/start-cluster.ts';
import { usualPatience, type Patience } from './cell/patience.ts';
import { runCell, type CellResult } from './run-cell.ts';
import type { Scenario } from './scenario.ts';

export interface RunOptions {
  readonly scenarios: readonly Scenario[];
  /** The first cell's seed; each next one has 10 more. */
  readonly seed: number;
  /** No cell begins later, but for those that `eachOnce` still wants. */
  readonly durationMs: number;
  /** Whether each scenario runs once, however long that takes. */
  readonly eachOnce: boolean;
  readonly cells: number;
  /** A cell's rounds go on for this long, even where there is no more time; 0. */
  readonly cellMs?: number;
  /** As in `CellRun`. */
  readonly patience?: Patience;
  readonly keep?: boolean;
  readonly folder: string;
  readonly onResult: (result: CellResult, soFar: readonly CellResult[]) => void;
}

/**
 * Runs the scenarios in turn, several cells side by side, for as long as there is time. Cells share brokers, but for those
 * that would disturb others.
 */
export async function runAll(options: RunOptions): Promise<CellResult[]> {
  const { scenarios, folder, cellMs = 0, patience = usualPatience, keep = false } = options;
  const untilMs = performance.now() + options.durationMs;
  const shared = sharedClusters();
  const results: CellResult[] = [];
  let next = 0;

  async function runOne(scenario: Scenario, seed: number): Promise<CellResult> {
    const { brokers = 1, brokerProperties: properties = {} } = scenario;
    const own = scenario.ownBrokers === true ? await startCluster({ brokers, properties }) : null;
    const cluster = own ?? (await shared.of(brokers));
    try {
      const until = Math.max(untilMs, performance.now() + cellMs);
      return await runCell({ scenario, seed, cluster, folder, untilMs: until, patience, keep });
    } catch (error) {
      return brokenCell(scenario, seed, folder, error);
    } finally {
      await own?.stop();
    }
  }

  async function work(): Promise<void> {
    while ((options.eachOnce && next < scenarios.length) || performance.now() < untilMs) {
      const scenario = scenarios[next % scenarios.length] as Scenario;
      const seed = options.seed + 10 * next;
      next += 1;
      const result = await runOne(scenario, seed);
      results.push(result);
      options.onResult(result, results);
    }
  }

  try {
    await Promise.all(Array.from({ length: options.cells }, work));
    return results;
  } finally {
    await shared.stop();
  }
}

function sharedClusters() {
  const clusters = new Map<1 | 3, Promise<Cluster>>();
  return {
    of: (brokers: 1 | 3): Promise<Cluster> => {
      const cluster = clusters.get(brokers) ?? startCluster({ brokers });
      clusters.set(brokers, cluster);
      return cluster;
    },
    stop: async () => {
      for (const cluster of clusters.values()) await (await cluster).stop();
    },
  };
}

/** The suite itself failed in the cell: that is no proof of anything, so it counts as broken. */
function brokenCell(scenario: Scenario, seed: number, folder: string, error: unknown): CellResult {
  const said = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const violations = [`the cell could not be run: ${said}`];
  const none = {
    rounds: 0,
    records: 0,
    letters: 0,
    tally: {},
    duplicates: 0,
    recoveriesMs: [],
    sessionMs: 0,
  };
  return {
    scenario: scenario.name,
    seed,
    ...none,
    violations,
    folder: path.join(folder, `${scenario.name}-${seed}`),
  };
}
