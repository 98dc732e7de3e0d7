import { globSync } from 'node:fs';
import path from 'node:path';
import type { Scenario } from './scenario.ts';

const folder = path.join(import.meta.dirname, 'scenarios');

/** All scenarios, one a file in `scenarios/`, by name. */
export async function readScenarios(): Promise<Scenario[]> {
  const scenarios: Scenario[] = [];
  for (const file of globSync('*.ts', { cwd: folder }).toSorted()) {
    const module = (await import(path.join(folder, file))) as { scenario: Scenario };
    if (`${module.scenario.name}.ts` !== file) throw new Error(`scenarios/${file} has another name inside`);
    scenarios.push(module.scenario);
  }
  return scenarios;
}
