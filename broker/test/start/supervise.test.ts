import { expect, test } from 'vitest';
import { gone, programFile, runProgram } from '../program.ts';
import type { Program } from '../program.ts';

const start = (env: NodeJS.ProcessEnv = {}): Program =>
  runProgram(programFile('start-services.ts'), { ...process.env, ...env });

const serviceRuns = async (program: Program, name: string): Promise<number> =>
  Number((await program.said(new RegExp(`${name} runs as (\\d+)`)))[1]);

const bothRun = (program: Program): Promise<number[]> =>
  Promise.all([serviceRuns(program, 'producer'), serviceRuns(program, 'consumer')]);

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s stops the services, then the broker: exit 0',
  async (signal) => {
    const program = start();
    await bothRun(program);
    program.kill(signal);
    expect(await program.ended).toBe(0);
    const lines = program.output().trim().split('\n').slice(2);
    expect(lines.toSorted()).toEqual(['asked to stop', 'broker stops', 'consumer stops', 'producer stops']);
    expect(lines.at(-1)).toBe('broker stops');
  },
);

test('a part that fails is named with its last lines, and ends the others: exit 1', async () => {
  const program = start({ STAND_IN_FAILS: 'consumer' });
  expect(await program.ended).toBe(1);
  expect(program.output()).toContain(
    'The consumer ended by itself with exit code 1. Its last lines:\nconsumer finds its port taken\n',
  );
  expect(program.output()).toMatch(/broker stops\n$/);
  expect(program.output()).not.toContain('The producer');
});

test('a part that is killed is named with the signal', async () => {
  const program = start();
  const [producer = 0] = await bothRun(program);
  process.kill(producer, 'SIGKILL');
  expect(await program.ended).toBe(1);
  expect(program.output()).toContain('The producer was ended by SIGKILL. Its last lines:\nproducer runs as');
  expect(program.output()).toContain('consumer stops\n');
});

test('a producer that is done is no failure', async () => {
  const program = start({ STAND_IN_DONE: 'producer' });
  await program.said(/producer has nothing left to do/);
  await serviceRuns(program, 'consumer');
  program.kill('SIGTERM');
  expect(await program.ended).toBe(0);
  expect(program.output()).not.toContain('The producer');
});

test('a service that does not stop in time is killed: exit 1', async () => {
  const program = start({ STAND_IN_DEAF: 'consumer', STAND_IN_STOP_TIMEOUT_MS: '300' });
  const [, consumer = 0] = await bothRun(program);
  program.kill('SIGTERM');
  expect(await program.ended).toBe(1);
  expect(program.output()).toContain(
    'The services did not stop within 0.3 s and are killed.\nbroker stops\n',
  );
  await gone(consumer);
});

test('no service outlives a start that was killed', async () => {
  const program = start();
  const pids = await bothRun(program);
  program.kill('SIGKILL');
  await expect(Promise.all(pids.map(gone))).resolves.toHaveLength(2);
});
