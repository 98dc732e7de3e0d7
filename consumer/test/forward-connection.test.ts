import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { expect, test } from 'vitest';
import { Unavailable } from '../src/handler.ts';
import { contextOf, forwardingTo, userDeleted } from './forwarding.ts';
import { httpTarget, status, type Answer } from './http-target.ts';

const cutOff: Answer = (response) => {
  response.destroy();
};

async function tcpServer(server: Server): Promise<AsyncDisposable & { port: number }> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.close();
      await once(server, 'close');
    },
  };
}

test('a connection is kept for the next event', async () => {
  await using target = await httpTarget();
  await using forwarding = forwardingTo(target.url);
  for (let n = 0; n < 5; n++) expect(await forwarding.send()).toBeNull();
  expect(target.received.map(({ connection }) => connection)).toEqual([1, 1, 1, 1, 1]);
});

test('connections are bounded, however many ask at once', async () => {
  await using target = await httpTarget();
  await using forwarding = forwardingTo(target.url, { maxConnections: 4 });
  const ids = Array.from({ length: 60 }, (_, n) => `e-${n}`);
  const sent = await Promise.all(ids.map(async (id) => forwarding.send({ event: userDeleted(id) })));
  expect(sent.every((thrown) => thrown === null)).toBe(true);
  expect(new Set(target.received.map(({ headers }) => headers['idempotency-key'])).size).toBe(60);
  expect(target.received).toHaveLength(60);
  expect(target.mostOpen()).toBe(4);
});

test('an event that no request can be made of costs no connection', async () => {
  await using target = await httpTarget();
  await using forwarding = forwardingTo(target.url, { maxConnections: 1 });
  const event = userDeleted();
  // A handler may have done this, which is called with the same object.
  Reflect.deleteProperty(event, 'eventId');
  for (let n = 0; n < 3; n++) expect(await forwarding.send({ event })).toBeInstanceOf(TypeError);
  expect(await forwarding.send()).toBeNull();
});

test('a kept connection that dies before a byte of the answer is made good by a fresh one', async () => {
  await using target = await httpTarget();
  await using forwarding = forwardingTo(target.url);
  await forwarding.send();
  target.answerWith((response, received) =>
    (received.connection === 1 ? cutOff : status(204))(response, received),
  );
  expect(await forwarding.send({ event: userDeleted('again') })).toBeNull();
  expect(target.received.map(({ connection, headers }) => [connection, headers['idempotency-key']])).toEqual([
    [1, 'e-1'],
    [1, 'again'],
    [2, 'again'],
  ]);
});

test('once more is once: a fresh connection that dies as well is not tried again', async () => {
  await using target = await httpTarget();
  await using forwarding = forwardingTo(target.url);
  await forwarding.send();
  target.answerWith(cutOff);
  const thrown = await forwarding.send();
  expect(thrown).toBeInstanceOf(Unavailable);
  expect(String(thrown)).toContain('closed the connection without an answer');
  expect(target.received.map(({ connection }) => connection)).toEqual([1, 1, 2]);
});

test('a fresh connection that dies is not tried again', async () => {
  await using target = await httpTarget(cutOff);
  await using forwarding = forwardingTo(target.url);
  expect(await forwarding.send()).toBeInstanceOf(Unavailable);
  expect(target.received).toHaveLength(1);
});

test('a connection made anew after the target closed the last one is a fresh one', async () => {
  await using target = await httpTarget(status(204, { connection: 'close' }));
  await using forwarding = forwardingTo(target.url);
  await forwarding.send();
  target.answerWith(cutOff);
  expect(await forwarding.send()).toBeInstanceOf(Unavailable);
  expect(target.received).toHaveLength(2);
});

test('a kept connection that dies within the answer is not tried again', async () => {
  await using target = await httpTarget();
  await using forwarding = forwardingTo(target.url);
  await forwarding.send();
  target.answerWith((response) => {
    response.socket?.write('HTTP/1.1 2', () => response.destroy());
  });
  expect(await forwarding.send()).toBeInstanceOf(Unavailable);
  expect(target.received).toHaveLength(2);
});

test('an event that its target dies over is a failed attempt once most others are answered well', async () => {
  await using target = await httpTarget((response, received) =>
    (received.headers['idempotency-key'] === 'poison' ? cutOff : status(204))(response, received),
  );
  await using forwarding = forwardingTo(target.url);
  const poison = { event: userDeleted('poison'), context: contextOf() };
  expect(await forwarding.send(poison)).toBeInstanceOf(Unavailable);
  await forwarding.send();
  const thrown = await forwarding.send(poison);
  expect(thrown).toBeInstanceOf(Error);
  expect(thrown).not.toBeInstanceOf(Unavailable);
});

test('connections that the target closed while they were idle cost nothing', async () => {
  await using target = await httpTarget(status(204, { connection: 'close' }));
  await using forwarding = forwardingTo(target.url);
  for (let n = 0; n < 3; n++) expect(await forwarding.send()).toBeNull();
  expect(target.received.map(({ connection }) => connection)).toEqual([1, 2, 3]);
});

test('a target that goes away is unavailable, and comes back', async () => {
  await using target = await httpTarget();
  await using forwarding = forwardingTo(target.url);
  expect(await forwarding.send()).toBeNull();
  await target.close();
  for (let n = 0; n < 3; n++) {
    const thrown = await forwarding.send();
    expect(thrown).toBeInstanceOf(Unavailable);
    expect(String(thrown)).toMatch(/no connection to http:\/\/127\.0\.0\.1:\d+: .*ECONNREFUSED/);
  }
  await using again = await httpTarget(status(204), target.port);
  expect(await forwarding.send()).toBeNull();
  expect(again.received).toHaveLength(1);
});

test('a name that does not resolve is unavailable', async () => {
  await using forwarding = forwardingTo('http://target.invalid/events');
  const thrown = await forwarding.send();
  expect(thrown).toBeInstanceOf(Unavailable);
  expect(String(thrown)).toMatch(/no connection to http:\/\/target\.invalid: .*(?:ENOTFOUND|EAI_AGAIN)/);
});

test('a target that does not speak TLS where it should is unavailable', async () => {
  await using target = await httpTarget();
  await using forwarding = forwardingTo(`https://127.0.0.1:${target.port}/`);
  const thrown = await forwarding.send();
  expect(thrown).toBeInstanceOf(Unavailable);
  expect(String(thrown)).toContain(`no connection to https://127.0.0.1:${target.port}: `);
  expect(target.received).toHaveLength(0);
});

test('a TLS handshake that does not end is no connection, within the time-out', async () => {
  await using silent = await tcpServer(createServer((socket) => socket.on('error', () => {}).resume()));
  await using forwarding = forwardingTo(`https://127.0.0.1:${silent.port}/`, { timeoutMs: 1_000 });
  const thrown = await forwarding.send();
  expect(thrown).toBeInstanceOf(Unavailable);
  expect(String(thrown)).toContain(`no connection to https://127.0.0.1:${silent.port}`);
});

test('what is not HTTP is no answer', async () => {
  await using target = await httpTarget((response) => {
    response.socket?.end('I am no HTTP server\r\n\r\n');
  });
  await using forwarding = forwardingTo(target.url);
  expect(await forwarding.send()).toBeInstanceOf(Unavailable);
  expect(target.received).toHaveLength(1);
});
