import { fileURLToPath } from 'node:url';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/** Runs the consumer to its end. */
async function ended(env: Record<string, string>) {
  const child = spawn(process.execPath, [main], { env: { PATH: process.env['PATH'], ...env } });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [[code], stdout, stderr] = await Promise.all([
    once(child, 'exit'),
    text(child.stdout),
    text(child.stderr),
  ]);
  return { code: code as number | null, stdout, stderr };
}

test('wrong settings are all named at once, without a stack trace, exit 78', async () => {
  const { code, stderr } = await ended({
    MAX_RETRIES: '-1',
    DLQ_TOPIC: 'kafka-topics1',
    SESSION_TIMEOUT_SEC: '',
  });
  expect(code).toBe(78);
  for (const variable of ['MAX_RETRIES', 'DLQ_TOPIC', 'SESSION_TIMEOUT_SEC'])
    expect(stderr).toContain(variable);
  expect(stderr).not.toMatch(/^\s+at /m);
});

test('what is wrong is said to a reader that is slow, too', async () => {
  const fillThePipe = '--import=data:text/javascript,process.stderr.write(String(0).repeat(5e6))';
  const { code, stderr } = await ended({ LOG_LEVEL: 'LOUD', NODE_OPTIONS: fillThePipe });
  expect(code).toBe(78);
  expect(stderr).toContain('LOG_LEVEL is');
});

test('a port that is taken: one line that names it, exit 1', async () => {
  const taken = createServer().listen(0);
  onTestFinished(() => void taken.close());
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  const { code, stdout } = await ended({ METRICS_PORT: String(port) });
  expect(code).toBe(1);
  const lines = stdout.trim().split('\n');
  expect(lines.filter((line) => line.includes(`port ${port} is taken`))).toHaveLength(1);
  expect(stdout).not.toContain('stack');
});

test('a second start takes the compiled code of the one before, which is written before the service begins', async () => {
  const wrong = { LOG_LEVEL: 'LOUD', NODE_DEBUG_NATIVE: 'COMPILE_CACHE' };
  await ended(wrong);
  const { stderr } = await ended(wrong);
  const taken = stderr.split('\n').filter((line) => line.includes('was accepted'));
  for (const file of ['consumer/src/serve.ts', 'schemas/src/accept.ts', 'kafkajs/src/cluster/index.js'])
    expect(taken.filter((line) => line.includes(file))).toHaveLength(1);
  expect(stderr).toContain('LOG_LEVEL is');
  const [beforeItBegins = ''] = stderr.split('LOG_LEVEL is');
  expect(beforeItBegins).toContain('persisting ESM');
});
