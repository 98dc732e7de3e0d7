import { request, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import pino from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { PortUnavailable, serveHttp, type HttpRoutes } from '../src/http.ts';

const log = pino({ level: 'silent' });
const routes: HttpRoutes = {
  metrics: () => Promise.resolve('up 1\n'),
  healthz: () => ({ ok: true, facts: { client: 'alive' } }),
  readyz: () => ({ ok: false, facts: { why: 'not joined' } }),
};

async function serving(own: Partial<HttpRoutes> = {}) {
  const server = await serveHttp({ port: 0, routes: { ...routes, ...own }, log });
  onTestFinished(() => server.close());
  return { ...server, url: `http://localhost:${server.port}` };
}

async function asked(port: number, method: string, path: string): Promise<IncomingMessage> {
  const outgoing = request({ port, method, path, host: '127.0.0.1' }).end();
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  response.resume();
  return response;
}

async function opened(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

/** Resolves when the other side has closed or cut the connection. */
function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()));
}

test('metrics are text in the format of Prometheus', async () => {
  const { url } = await serving();
  const response = await fetch(`${url}/metrics?x=1`);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  expect(await response.text()).toBe('up 1\n');
});

test('a verdict is 200 or 503, with the facts', async () => {
  const { url } = await serving();
  const health = await fetch(`${url}/healthz`);
  expect(health.status).toBe(200);
  expect(await health.json()).toEqual({ ok: true, client: 'alive' });
  const ready = await fetch(`${url}/readyz`);
  expect(ready.status).toBe(503);
  expect(await ready.json()).toEqual({ ok: false, why: 'not joined' });
});

test('HEAD has the head alone; other methods are 405, other paths 404', async () => {
  const { port } = await serving();
  const head = await asked(port, 'HEAD', '/readyz');
  expect(head.statusCode).toBe(503);
  expect(Number(head.headers['content-length'])).toBeGreaterThan(0);
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE']) {
    const refused = await asked(port, method, '/metrics');
    expect(refused.statusCode).toBe(405);
    expect(refused.headers.allow).toBe('GET, HEAD');
  }
  for (const path of ['/', '/metrics/', '/metricsx', '/__proto__', '/../metrics', '*']) {
    expect([path, (await asked(port, 'GET', path)).statusCode]).toEqual([path, 404]);
  }
});

test('a check that throws is 500, and the next request is answered', async () => {
  let broken = true;
  const { url } = await serving({
    readyz: () => {
      if (broken) throw new Error('a bug');
      return { ok: true, facts: {} };
    },
  });
  expect((await fetch(`${url}/readyz`)).status).toBe(500);
  broken = false;
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
});

test('a port that is taken is named, and the setting too', async () => {
  const { port } = await serving();
  const second = serveHttp({ port, routes, log });
  await expect(second).rejects.toBeInstanceOf(PortUnavailable);
  await expect(second).rejects.toThrow(new RegExp(`port ${port} is taken.*METRICS_PORT`));
});

test('all interfaces are listened on, IPv6 too', async () => {
  const { port } = await serving();
  expect((await fetch(`http://[::1]:${port}/healthz`)).status).toBe(200);
  expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
});

test('a header that does not come to its end is cut, and so is a connection that says nothing', async () => {
  const { port } = await serving();
  const slow = await opened(port);
  slow.write('GET /metrics HTTP/1.1\r\nhost: x\r\nx-slow: ');
  const silent = await opened(port);
  slow.resume();
  silent.resume();
  await Promise.all([closed(slow), closed(silent)]);
  expect([slow.destroyed, silent.destroyed]).toEqual([true, true]);
});

test('the 501st connection is refused, and the others are still served', async () => {
  const { port } = await serving();
  const first = await opened(port);
  for (let n = 1; n < 500; n += 1) await opened(port);
  const late = await opened(port);
  late.resume();
  await closed(late);
  const answered = once(first, 'data');
  first.write('GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n');
  expect(String((await answered)[0])).toMatch(/^HTTP\/1\.1 200/);
});

test('close does not wait for connections, idle or in the middle of a request', async () => {
  const server = await serveHttp({ port: 0, routes, log });
  const idle = await opened(server.port);
  const answered = once(idle, 'data');
  idle.write('GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n');
  await answered;
  const halfway = await opened(server.port);
  halfway.write('GET /met');
  idle.resume();
  halfway.resume();
  await Promise.all([server.close(), closed(idle), closed(halfway)]);
  expect([idle.destroyed, halfway.destroyed]).toEqual([true, true]);
});
