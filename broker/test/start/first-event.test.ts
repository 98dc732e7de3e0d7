import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { firstEvent } from '../../src/start/first-event.ts';
import { noEvent } from '../../src/start/no-event.ts';

/** Serves these texts, one a request, the last one for ever. */
const serving = async (texts: readonly string[]): Promise<{ url: string; asked: () => number }> => {
  let asked = 0;
  const server = createServer((_request, response) => {
    response.end(texts[Math.min(asked, texts.length - 1)]);
    asked += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/metrics`, asked: () => asked };
};

const unexpected = (): void => expect.fail('nothing is late');

test('the first event is seen when a counter of any outcome is above 0', async () => {
  const name = 'consumer_records_settled_total';
  const none = `# TYPE ${name} counter\n${name}{topic="kafka-topics1",outcome="handled"} 0\n`;
  const { url, asked } = await serving([
    '',
    none,
    `${none}${name}{topic="kafka-topics1",outcome="dead_lettered"} 1\n`,
  ]);
  const { signal } = new AbortController();
  expect(await firstEvent({ metricsUrl: url, signal, nowMs: () => 0, onLate: unexpected })).toBe(true);
  expect(asked()).toBe(3);
});

test('a consumer that does not listen is waited for until all is to stop', async () => {
  const abort = new AbortController();
  const metricsUrl = 'http://127.0.0.1:1/metrics';
  const seen = firstEvent({ metricsUrl, signal: abort.signal, nowMs: () => 0, onLate: unexpected });
  abort.abort();
  expect(await seen).toBe(false);
});

test('where no event comes for half a minute it is said, once, and waited for all the same', async () => {
  const settled = 'consumer_records_settled_total{topic="kafka-topics1",outcome="handled"} 1\n';
  const { url, asked } = await serving(['', '', '', settled]);
  const late: number[] = [];
  const { signal } = new AbortController();
  const nowMs = (): number => asked() * 15_000;
  expect(await firstEvent({ metricsUrl: url, signal, nowMs, onLate: (ms) => late.push(ms) })).toBe(true);
  expect(late).toEqual([30_000]);
});

test('what is said names both services, and topics that the producer does not write', () => {
  const ports = { consumer: '9100', producer: '9101' };
  expect(noEvent({ waitedMs: 30_150, ports, topics: undefined }).split('\n')).toEqual([
    'No event was settled for 30 s. What they wait for:',
    '  curl http://localhost:9101/readyz    the producer',
    '  curl http://localhost:9100/readyz    the consumer',
  ]);
  expect(noEvent({ waitedMs: 30_150, ports, topics: 'orders' })).toMatch(
    /kafka-topics1 .* KAFKA_TOPICS .* orders/,
  );
});
