import { expect, test } from 'vitest';
import {
  filesAreSmall,
  importsGoInward,
  kafkaStaysAtTheEdges,
  noDrawers,
  processIsForMain,
  runtimeIsShared,
  runtimeKnowsNoEvent,
} from './laws.ts';
import { importsOf, readEventTypes, readSources } from './sources.ts';

const sources = readSources();
const eventTypes = readEventTypes();

// Longer than a file should be; each bound is only ever lowered.
const longFiles = {
  'runtime/src/kafkajs/internal-types.ts': 220,
};

/** Sources made up for a test, by their paths. */
function made(texts: Readonly<Record<string, string>>) {
  return Object.entries(texts).map(([file, text]) => ({ file, text }));
}

test('the sources are found, and imports resolve to files that are there', () => {
  const files = new Set(sources.map(({ file }) => file));
  for (const file of ['producer/src/main.ts', 'consumer/src/main.ts', 'runtime/src/log.ts', 'start.mjs']) {
    expect(files).toContain(file);
  }
  expect(eventTypes).toContain('file-added');
  const own = sources.flatMap(importsOf).filter(({ target }) => /^(runtime|schemas)\/src\//.test(target));
  expect(own.length).toBeGreaterThan(100);
  const unknown = own.filter(({ target }) => !target.includes('/generated/') && !files.has(target));
  expect(unknown).toEqual([]);
});

test('the runtime knows no event', () => {
  expect(runtimeKnowsNoEvent(sources, eventTypes)).toEqual([]);
  const breach = made({
    'runtime/src/a.ts': "import type { Event } from '@event-pipeline/schemas/event-types.ts';",
    'runtime/src/b.ts': "if (kind === 'file-added') return;",
  });
  expect(runtimeKnowsNoEvent(breach, ['file-added'])).toHaveLength(2);
});

function use(name: string): string {
  return `import { x } from '@event-pipeline/runtime/${name}.ts';`;
}

test('each file of the runtime is used by two parts', () => {
  expect(runtimeIsShared(sources)).toEqual([]);
  const breach = made({
    'runtime/src/one.ts': '',
    'runtime/src/none.ts': '',
    'runtime/src/both.ts': "export { y } from './under-both.ts';",
    'runtime/src/under-both.ts': '',
    'runtime/src/kafkajs/aside.ts': '',
    'producer/src/a.ts': use('one') + '\n' + use('both'),
    'consumer/src/a.ts': use('both'),
  });
  expect(runtimeIsShared(breach)).toEqual([
    'runtime/src/one.ts is used by producer alone',
    'runtime/src/none.ts is used by no part alone',
  ]);
});

test('imports go inward', () => {
  expect(importsGoInward(sources)).toEqual([]);
  const breach = made({
    'producer/src/a.ts': "import { x } from '../../consumer/src/b.ts';",
    'consumer/src/a.ts': "import type { X } from '@event-pipeline/broker/x.ts';",
    'schemas/src/a.ts': "import { x } from '@event-pipeline/runtime/x.ts';",
    'runtime/src/a.ts': "const x = await import('@event-pipeline/schemas/x.ts');",
    'proofs/a/main.ts': "import { x } from '../../consumer/src/b.ts';",
    'broker/src/a.ts': "import { x } from '@event-pipeline/runtime/x.ts';",
  });
  expect(importsGoInward(breach)).toHaveLength(5);
});

test('the Kafka client stays at the edges of the services', () => {
  expect(kafkaStaysAtTheEdges(sources)).toEqual([]);
  const breach = made({
    'consumer/src/journey.ts': "import kafkajs from 'kafkajs';",
    'consumer/src/attempt.ts': "import { a,\n type B } from '@event-pipeline/runtime/kafkajs/x.ts';",
    'consumer/src/lanes.ts': "import { type A, type B } from '@event-pipeline/runtime/kafkajs/x.ts';",
    'consumer/src/receive.ts': "import { a } from '@event-pipeline/runtime/kafkajs/x.ts';",
    'producer/src/pace.ts': "import '@event-pipeline/runtime/kafkajs/x.ts';",
  });
  expect(kafkaStaysAtTheEdges(breach)).toHaveLength(3);
});

test('only main touches the process', () => {
  expect(processIsForMain(sources)).toEqual([]);
  const breach = made({
    'producer/src/a.ts': 'const x = process.env;',
    'producer/src/b.ts': "import { env } from 'node:process';",
    'producer/src/c.ts': '// process.env is for main\nconst x = subprocess.kill;',
    'producer/src/main.ts': 'process.exit(0);',
  });
  expect(processIsForMain(breach)).toHaveLength(2);
});

test('no file is a drawer', () => {
  expect(noDrawers(sources)).toEqual([]);
  const breach = made({
    'runtime/src/utils.ts': '',
    'consumer/src/lib/a.ts': '',
    'consumer/src/a-lib.ts': '',
  });
  expect(noDrawers(breach)).toHaveLength(2);
});

test('files are small', () => {
  expect(filesAreSmall(sources, longFiles)).toEqual([]);
  const breach = made({ 'a.ts': 'x\n'.repeat(201), 'b.ts': 'x\n'.repeat(251), 'c.ts': 'x\n'.repeat(200) });
  expect(filesAreSmall(breach, { 'b.ts': 250, 'c.ts': 300 })).toEqual([
    'a.ts has 201 lines',
    'b.ts has 251 lines',
    'c.ts needs no exception',
  ]);
});
