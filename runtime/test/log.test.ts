import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import { onTestFinished, test, expect } from 'vitest';

const logModule = new URL('../src/log.ts', import.meta.url).href;

/** Runs a script in a process of its own; `log`, `output` and `createLog` are there. */
function running(script: string, stdio: StdioOptions, terminal = false): ChildProcess {
  const source = `
    import { createLog } from '${logModule}';
    const { log, output } = createLog({ service: 'it', level: 'info', terminal: ${terminal} });
    ${script}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], { stdio });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

function outputOf(child: ChildProcess): Promise<string> {
  return text(child.stdout as Readable);
}

async function exitOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
}

test('a line is JSON with time, level, service and msg, and nothing of the machine', async () => {
  const child = running(`log.debug('no'); log.warn({ topic: 't' }, 'so it is'); await output.close();`, [
    'ignore',
    'pipe',
    'inherit',
  ]);
  const line: unknown = JSON.parse(await outputOf(child));
  expect(line).toEqual({
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    level: 'warn',
    service: 'it',
    topic: 't',
    msg: 'so it is',
  });
});

test('a line is one line to every reader, and no command to a terminal', async () => {
  const eventId = 'a\u2028b\u2029c\u0085d\u009b31m';
  const child = running(`log.warn({ eventId: ${JSON.stringify(eventId)} }, 'm'); await output.close();`, [
    'ignore',
    'pipe',
    'inherit',
  ]);
  const line = await outputOf(child);
  expect(line).not.toMatch(/[\u0080-\u009f\u2028\u2029]/);
  expect(JSON.parse(line)).toMatchObject({ eventId });
});

test('lines written past the log keep their place among its own', async () => {
  const child = running(
    `log.info('1'); output.write('{"msg":"2"}\\n'); log.info('3'); output.write('{"msg":"4"}\\n'); await output.close();`,
    ['ignore', 'pipe', 'inherit'],
  );
  const lines = (await outputOf(child)).trim().split('\n');
  expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual(['1', '2', '3', '4']);
});

test('in a terminal lines are for people', async () => {
  const child = running(`log.info('plainly'); await output.close();`, ['ignore', 'pipe', 'inherit'], true);
  const line = await outputOf(child);
  expect(line).toContain('[it] plainly');
  expect(line).not.toContain('{');
});

test('many lines to a file arrive, each of them', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'log-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'out');
  const child = running(
    `for (let i = 0; i < 50_000; i++) { output.write('{"n":' + i + '}\\n'); if (i % 1000 === 0) await output.written(); }
     await output.close();`,
    ['ignore', openSync(file, 'a'), 'inherit'],
  );
  expect(await exitOf(child)).toBe(0);
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  expect(lines).toHaveLength(50_000);
  expect(lines.every((line, index) => line === `{"n":${index}}`)).toBe(true);
});

const stalled = `
  const line = 'x'.repeat(999) + '\\n';
  for (let i = 0; i < 5_000; i++) output.write(line);
  setTimeout(async () => {
    process.send({ pending: output.pendingBytes(), all: await output.close(1) });
  }, 1);
`;

test('a reader that stalls does not stop the process, and when it goes on it gets every line', async () => {
  const child = running(`${stalled}; process.on('message', () => process.disconnect())`, [
    'ignore',
    'pipe',
    'inherit',
    'ipc',
  ]);
  const [facts] = (await once(child, 'message')) as [{ pending: number; all: boolean }];
  expect(facts.all).toBe(false);
  expect(facts.pending).toBeGreaterThan(1_000_000);
  child.send('read');
  expect(await outputOf(child)).toHaveLength(5_000_000);
});

test('a reader that stalls does not hold up the exit', async () => {
  const child = running(`${stalled}; process.on('message', () => process.exit(7))`, [
    'ignore',
    'pipe',
    'inherit',
    'ipc',
  ]);
  await once(child, 'message');
  child.send('exit');
  expect(await exitOf(child)).toBe(7);
});

test('a reader that goes away does not end the process', async () => {
  const child = running(
    `process.on('message', async () => {
       log.info('nobody reads this');
       await output.written();
       log.info('nor this');
       await output.written();
       process.send(output.pendingBytes());
       process.disconnect();
     });
     process.send('ready')`,
    ['ignore', 'pipe', 'inherit', 'ipc'],
  );
  await once(child, 'message');
  child.stdout?.destroy();
  child.send('write');
  expect(await once(child, 'message')).toContain(0);
  expect(await exitOf(child)).toBe(0);
});
