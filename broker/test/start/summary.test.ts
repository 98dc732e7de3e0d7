import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { metricsPorts, takenMetricsPort } from '../../src/start/metrics-ports.ts';
import { servicePlans, stopTimeoutMs } from '../../src/start/plans.ts';
import { summary } from '../../src/start/summary.ts';

const input = {
  bootstrap: 'localhost:9092',
  ports: { consumer: '8000', producer: '8001' },
  deadLetterTopic: 'DLQ',
  invalidRatio: '0.05',
  ownKafka: true,
};

test('the summary has the pages and commands that can be pasted', () => {
  const text = summary(input);
  expect(text).toContain('http://localhost:8000/metrics');
  expect(text).toContain('http://localhost:8001/readyz');
  expect(text).toContain('5 % of its events');
  expect(text).toContain(
    'npm run kafka -- kafka-console-consumer --bootstrap-server localhost:9092 --topic DLQ --from-beginning\n',
  );
  expect(text).toContain(' EVENT_COUNT=1 METRICS_PORT=0 npm run producer\n');
  expect(text).not.toContain('KAFKA_BOOTSTRAP_SERVERS');
});

test('on another port the command for one more event names it', () => {
  const text = summary({ ...input, bootstrap: 'localhost:41000' });
  expect(text).toContain(
    '    KAFKA_BOOTSTRAP_SERVERS=localhost:41000 EVENT_COUNT=1 METRICS_PORT=0 npm run producer\n',
  );
});

test.each([
  [undefined, { consumer: '8000', producer: '8001' }],
  ['9100', { consumer: '9100', producer: '9101' }],
  ['', { consumer: '', producer: '' }],
  ['many', { consumer: 'many', producer: 'many' }],
])('METRICS_PORT %j is the consumer’s, the next one the producer’s', async (given, ports) => {
  expect(await metricsPorts(given)).toEqual(ports);
});

test('METRICS_PORT 0 becomes two ports that are known', async () => {
  const { consumer, producer } = await metricsPorts('0');
  expect(Number(consumer)).toBeGreaterThan(0);
  expect(producer).not.toBe(consumer);
});

test('a metrics port that is taken is named with its service and the way out', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const { port } = server.address() as AddressInfo;
  expect(await takenMetricsPort(`${port}`)).toMatch(
    `Port ${port}, for the consumer's metrics, is taken. Set METRICS_PORT`,
  );
  expect(await takenMetricsPort(`${port - 1}`)).toMatch(/, is taken. Set METRICS_PORT/);
});

test.each(['0', '', 'many', '99999'])('METRICS_PORT %j is no port that could be taken', async (given) => {
  expect(await takenMetricsPort(given)).toBeNull();
});

test('the producer makes 5 % poison unless told otherwise, and both get the Kafka that runs', () => {
  const ports = input.ports;
  const [producer, consumer] = servicePlans({ KAFKA_BOOTSTRAP_SERVERS: '' }, 'localhost:41000', ports);
  expect(producer?.env).toEqual({
    KAFKA_BOOTSTRAP_SERVERS: 'localhost:41000',
    INVALID_RATIO: '0.05',
    METRICS_PORT: '8001',
  });
  expect(consumer?.env).toEqual({ KAFKA_BOOTSTRAP_SERVERS: 'localhost:41000', METRICS_PORT: '8000' });
  expect([producer?.nodeArgs, consumer?.nodeArgs]).toEqual([
    [],
    ['--min-semi-space-size=16', '--max-semi-space-size=16'],
  ]);
  expect(servicePlans({ INVALID_RATIO: '0' }, 'localhost:9092', ports)[0]?.env.INVALID_RATIO).toBe('0');
});

test('the services get longer to stop than they give themselves', () => {
  expect(stopTimeoutMs({})).toBe(25_000);
  expect(stopTimeoutMs({ SHUTDOWN_TIMEOUT_SEC: '60.5' })).toBe(70_500);
  expect(stopTimeoutMs({ SHUTDOWN_TIMEOUT_SEC: 'soon' })).toBe(25_000);
  // What a timer can't take fires at once.
  expect(stopTimeoutMs({ SHUTDOWN_TIMEOUT_SEC: '9999999' })).toBe(2 ** 30 + 10_000);
});
