import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { firstEvent } from '../../src/start/first-event.ts';

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

test('the first event is seen when a counter of any type is above 0', async () => {
  const name = 'consumer_events_handled_total';
  const none = `# TYPE ${name} counter\n${name}{event_type="file-added"} 0\n`;
  const { url, asked } = await serving(['', none, `${none}${name}{event_type="user-created"} 1\n`]);
  expect(await firstEvent(url, new AbortController().signal)).toBe(true);
  expect(asked()).toBe(3);
});

test('a consumer that does not listen is waited for until all is to stop', async () => {
  const abort = new AbortController();
  const seen = firstEvent('http://127.0.0.1:1/metrics', abort.signal);
  abort.abort();
  expect(await seen).toBe(false);
});
