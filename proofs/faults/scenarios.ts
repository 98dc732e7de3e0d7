import { globSync } from 'node:fs';
import path from 'node:path';
import type { Scenario } from './scenario.ts';

const folder = path.join(import.meta.dirname, 'scenarios');

/** All scenarios by name: a file has one, named as the file, or several, whose names begin so. */
export async function readScenarios(): Promise<Scenario[]> {
  const found: Scenario[] = [];
  for (const file of globSync('*.ts', { cwd: folder }).toSorted()) {
    const module = (await import(path.join(folder, file))) as
      | { scenario: Scenario }
      | { scenarios: readonly Scenario[] };
    const scenarios = 'scenario' in module ? [module.scenario] : module.scenarios;
    for (const { name } of scenarios) {
      const begin = 'scenario' in module ? name : name.slice(0, file.length - '.ts'.length);
      if (`${begin}.ts` !== file) throw new Error(`scenarios/${file} has another name inside: ${name}`);
    }
    found.push(...scenarios);
  }
  return found;
}
