import { afterEach, expect, test } from 'vitest';
import { readRecipe, type Step } from './recipe.ts';
import { makeWorkingCopy, type WorkingCopy } from './working-copy.ts';

const consumerIsUp = 'joining the group';
const producerIsUp = 'producer started';
const schemaFile = 'payload/file-renamed.json';
const recipe = readRecipe();

let copy: WorkingCopy | undefined;
afterEach(() => copy?.remove());

/** A working copy in which the recipe was followed, but for the steps whose file begins like this (or the command). */
async function copyWithout(omitted: string | null): Promise<WorkingCopy> {
  copy = makeWorkingCopy();
  await copy.follow(recipe.filter((step) => omitted === null || !nameOf(step).startsWith(omitted)));
  return copy;
}

const nameOf = (step: Step): string => (step.kind === 'command' ? step.words.join(' ') : step.file);

test('the recipe has a schema, a command, a handler and a sample', () => {
  expect(recipe.map((step) => `${step.kind} ${nameOf(step)}`)).toEqual([
    'file schemas/payload/file-renamed.json',
    'command node schemas/src/generate-types.ts',
    'file consumer/src/handlers/file-renamed.ts',
    'lines consumer/src/handlers.ts',
    'file producer/src/samples/file-renamed.ts',
    'lines producer/src/samples.ts',
  ]);
});

test('who follows the recipe has an event type that compiles and starts', async () => {
  const { compile, start } = await copyWithout(null);
  expect(await compile()).toEqual({ code: 0, output: '' });
  const consumer = await start('consumer', consumerIsUp);
  expect(consumer).toEqual({ code: 0, output: expect.stringContaining(consumerIsUp) });
  const producer = await start('producer', producerIsUp);
  expect(producer).toEqual({ code: 0, output: expect.stringContaining(producerIsUp) });
});

test('without its handler it neither compiles nor starts, and both say so', async () => {
  const { compile, start } = await copyWithout('consumer/');
  const compiled = await compile();
  expect(compiled.code).not.toBe(0);
  expect(compiled.output).toMatch(/^consumer\/src\/handlers\.ts\(.*"file-renamed".* is missing/);
  const output = `consumer can't start: SCHEMA_LOAD_ERROR: ${schemaFile}: file-renamed has no handler\n`;
  expect(await start('consumer', consumerIsUp)).toEqual({ code: 78, output });
});

test('without its sample it neither compiles nor starts, and both say so', async () => {
  const { compile, start } = await copyWithout('producer/');
  const compiled = await compile();
  expect(compiled.code).not.toBe(0);
  expect(compiled.output).toMatch(/^producer\/src\/samples\.ts\(.*"file-renamed".* is missing/);
  const output = `producer can't start: SCHEMA_LOAD_ERROR: ${schemaFile}: file-renamed has no sample\n`;
  expect(await start('producer', producerIsUp)).toEqual({ code: 78, output });
});

test('without its generated type it neither compiles nor starts, and both say so', async () => {
  const { compile, start } = await copyWithout('node ');
  const compiled = await compile();
  expect(compiled.code).not.toBe(0);
  expect(compiled.output).toContain('file-renamed');
  const output = `${schemaFile}: has no generated type: run \`node schemas/src/generate-types.ts\`\n`;
  expect(await start('consumer', consumerIsUp)).toEqual({
    code: 78,
    output: `consumer can't start: SCHEMA_LOAD_ERROR: ${output}`,
  });
  expect(await start('producer', producerIsUp)).toEqual({
    code: 78,
    output: `producer can't start: SCHEMA_LOAD_ERROR: ${output}`,
  });
});

test('without its schema it does not compile, and the compiler says so', async () => {
  const { compile } = await copyWithout('schemas/');
  const compiled = await compile();
  expect(compiled.code).not.toBe(0);
  expect(compiled.output).toContain('"file-renamed"');
});
