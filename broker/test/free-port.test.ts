import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { freePort, isPortFree, listenOnKeptPort } from '../src/free-port.ts';

test.each(['127.0.0.1', '0.0.0.0', '::', '::1'])(
  'a port that is listened on at %s is not free',
  async (host) => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, host, resolve));
    onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
    const { port } = server.address() as AddressInfo;
    expect(await isPortFree(port)).toBe(false);
    expect(await freePort(port)).not.toBe(port);
  },
);

test('a preferred port that is free is taken', async () => {
  const port = await freePort();
  expect(await freePort(port)).toBe(port);
});

test('a kept port is below those of connections going out, and can be had again', async () => {
  const server = createServer();
  const port = await listenOnKeptPort(server, '127.0.0.1');
  onTestFinished(() => void server.close());
  expect(port).toBeLessThan(32_768);
  expect(port).toBe((server.address() as AddressInfo).port);
  expect(await isPortFree(port)).toBe(false);
});
