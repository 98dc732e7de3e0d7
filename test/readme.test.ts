import { readFileSync } from 'node:fs';
import { stagesByCode } from '@event-pipeline/schemas/codes.ts';
import { expect, test } from 'vitest';
import { settingsTable as consumerSettings } from '../consumer/src/settings.ts';
import { settingsTable as producerSettings } from '../producer/src/settings.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

/** The first two cells of each row of the table under a heading, without their backticks. */
function rows(heading: string): string[][] {
  const section = readme.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const cells = section.split('\n').filter((line) => line.startsWith('| `'));
  return cells.map((line) =>
    line
      .split('|')
      .slice(1, 3)
      .map((cell) => cell.replaceAll('`', '').trim()),
  );
}

const inCode = (table: object) =>
  (Object.values(table) as { variable: string; default: string | null }[]).map((setting) => [
    setting.variable,
    setting.default ?? '–',
  ]);

test('the tables of settings say what the code says', () => {
  expect(rows('Settings of the consumer')).toEqual(inCode(consumerSettings));
  expect(rows('Settings of the producer')).toEqual(inCode(producerSettings));
});

test('the table of codes says what the code says', () => {
  expect(rows('Dead letters')).toEqual(
    Object.entries(stagesByCode).map(([code, stages]) => [code, stages.join(', ')]),
  );
});

test('every metric of the services is named', () => {
  for (const file of ['../consumer/src/metrics.ts', '../producer/src/metrics.ts']) {
    const source = readFileSync(new URL(file, import.meta.url), 'utf8');
    const names = [...source.matchAll(/'((?:kafka_consumer|consumer|producer)_[a-z_]+)'/g)].map(
      ([, name]) => name,
    );
    expect(names.length).toBeGreaterThan(2);
    for (const name of names) expect(readme).toContain(`\`${name}\``);
  }
});
