/** The fault suite: breaks things around the consumer, and checks by ledgers that nothing was lost. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readCommandLine } from '../command-line.ts';
import { readArguments, usage } from './arguments.ts';
import { createRandom } from './cell/random.ts';
import { asMutant, runMutants } from './mutants/run-mutants.ts';
import { judgeRecovery } from './recovery-bar.ts';
import { sayCell, table } from './report.ts';
import { runAll } from './run-all.ts';
import type { Scenario } from './scenario.ts';
import { readScenarios } from './scenarios.ts';
import { runSoak } from './soak/run-soak.ts';

const say = (text: string) => void process.stdout.write(`${text}\n`);

// Each process that runs has a listener, so that none is left when this one ends.
process.setMaxListeners(0);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const options = readCommandLine(readArguments, usage);
const all = await readScenarios();
const chosen = all.filter(
  ({ name, ci = false }) =>
    (!options.ci || ci) &&
    (options.only.length === 0 || options.only.some((begin) => name.startsWith(begin))),
);
if (options.list) {
  for (const { name, ci = false } of chosen) say(ci ? `${name} (ci)` : name);
  process.exit(0);
}
if (options.soakMinutes !== null) {
  const folder = path.join(import.meta.dirname, 'results', 'soak');
  process.exit((await runSoak({ minutes: options.soakMinutes, folder, say })) ? 0 : 1);
}
const folder = path.join(import.meta.dirname, 'results', `seed-${options.seed}`);
if (options.mutants) process.exit((await runMutants({ ...options, scenarios: all, folder, say })) ? 0 : 1);
if (chosen.length === 0) {
  say('no scenario has such a name; --list has them all');
  process.exit(2);
}
const { mutant } = options;
const asAsked = (scenario: Scenario): Scenario =>
  mutant === null ? scenario : { ...scenario, env: asMutant(mutant, scenario.env) };
mkdirSync(folder, { recursive: true });
say(`seed ${options.seed}, ${options.minutes} minutes, ${chosen.length} scenarios`);
const eachOnce = options.ci || options.only.length > 0 || options.minutes === 0;
// In an order of the seed's where not all may have their turn.
const inOrder = eachOnce ? chosen : createRandom(options.seed).shuffle(chosen);
const results = await runAll({
  scenarios: inOrder.map(asAsked),
  seed: options.seed,
  durationMs: options.minutes * 60_000,
  eachOnce,
  cells: options.cells,
  folder,
  onResult: (result, soFar) => {
    say(sayCell(result));
    // After each cell: what was shown stays shown, whatever ends the run.
    writeFileSync(path.join(folder, 'results.json'), `${JSON.stringify(soFar, null, 2)}\n`);
  },
});
const recovery = judgeRecovery(results);
say(table(results));
say(`\n${recovery.text}`);
const run = new Set(results.map(({ scenario }) => scenario));
const left = chosen.filter(({ name }) => !run.has(name));
if (left.length > 0)
  say(`\n${left.length} scenarios had no turn: ${left.map(({ name }) => name).join(', ')}`);
process.exit(recovery.holds && results.every(({ violations }) => violations.length === 0) ? 0 : 1);
