import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { mutants } from './mutants.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const sources = globSync('{consumer,runtime}/src/**/*.ts', { cwd: root }).map((file) =>
  readFileSync(root + file, 'utf8'),
);

test.each(mutants)('$name: the text that it changes stands exactly once in the sources', ({ find }) => {
  const places = sources.reduce((sum, text) => sum + text.split(find).length - 1, 0);
  expect(places).toBe(1);
});

test('every invariant has a mutant', () => {
  const broken = new Set(mutants.flatMap(({ breaks }) => breaks));
  expect([...Array(13).keys()].map((n) => `I${n + 1}`).filter((invariant) => !broken.has(invariant))).toEqual(
    [],
  );
});

test('the table in the README has each mutant with its scenario, in the same order', () => {
  const readme = readFileSync(`${root}proofs/faults/README.md`, 'utf8');
  const table = readme.slice(readme.indexOf('| mutant '));
  const rows = [...table.matchAll(/^\| `([a-z0-9-]+)` +\| `([a-z-]+)` +\|/gm)].map(([, name, scenario]) => ({
    name,
    scenario,
  }));
  expect(rows).toEqual(mutants.map(({ name, scenario }) => ({ name, scenario })));
});
