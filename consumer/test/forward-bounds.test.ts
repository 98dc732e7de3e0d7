import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { Unavailable } from '../src/handler.ts';
import { contextOf, forwardingTo, userDeleted } from './forwarding.ts';
import { httpTarget, status, type Answer } from './http-target.ts';

/** An answer that can be waited for, with what it is given with. */
function awaited(answer: Answer): { answer: Answer; arrived: Promise<ServerResponse> } {
  const { promise, resolve } = Promise.withResolvers<ServerResponse>();
  return {
    arrived: promise,
    answer: (response, received) => {
      answer(response, received);
      resolve(response);
    },
  };
}

const silence: Answer = () => {};

/** The head of a 200, and a body that does not end. */
const unending: Answer = (response) => {
  response.writeHead(200).write('{');
};

test('no answer in time is unavailable, and its connection is given up', async () => {
  const { answer, arrived } = awaited(silence);
  await using target = await httpTarget(answer);
  await using forwarding = forwardingTo(target.url, { timeoutMs: 1_000 });
  const thrown = await forwarding.send();
  expect(thrown).toBeInstanceOf(Unavailable);
  expect(String(thrown)).toContain(`no answer from http://127.0.0.1:${target.port} within 1 s`);
  const response = await arrived;
  if (!response.closed) await once(response, 'close');
  target.answerWith(status(204));
  expect(await forwarding.send()).toBeNull();
  expect(target.received.map(({ connection }) => connection)).toEqual([1, 2]);
});

test('a time-out is a failed attempt once most others are answered well', async () => {
  await using target = await httpTarget((response, received) => {
    if (received.headers['idempotency-key'] !== 'poison') response.writeHead(204).end();
  });
  await using forwarding = forwardingTo(target.url, { timeoutMs: 1_000 });
  const poison = { event: userDeleted('poison'), context: contextOf() };
  expect(await forwarding.send(poison)).toBeInstanceOf(Unavailable);
  await forwarding.send();
  const thrown = await forwarding.send(poison);
  expect(thrown).toBeInstanceOf(Error);
  expect(thrown).not.toBeInstanceOf(Unavailable);
});

test('the time-out spans the second try on a fresh connection', async () => {
  await using target = await httpTarget();
  await using forwarding = forwardingTo(target.url, { timeoutMs: 1_000 });
  await forwarding.send();
  target.answerWith((response, { connection }) => {
    if (connection === 1) response.destroy();
  });
  expect(String(await forwarding.send())).toContain('within 1 s');
  expect(target.received).toHaveLength(3);
});

test('a time-out beyond what a timer can hold is not one at once', async () => {
  await using target = await httpTarget();
  await using forwarding = forwardingTo(target.url, { timeoutMs: 1e12 });
  expect(await forwarding.send()).toBeNull();
});

test('the status decides, even if the body does not end in time', async () => {
  const { answer, arrived } = awaited(unending);
  await using target = await httpTarget(answer);
  await using forwarding = forwardingTo(target.url, { timeoutMs: 1_000 });
  expect(await forwarding.send()).toBeNull();
  const response = await arrived;
  if (!response.closed) await once(response, 'close');
});

test('the status decides, even if the body breaks off', async () => {
  await using target = await httpTarget((response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('short', () => response.destroy());
  });
  await using forwarding = forwardingTo(target.url);
  expect(await forwarding.send()).toBeNull();
  expect(target.received).toHaveLength(1);
});

test('a long body is read and dropped, and the connection kept', async () => {
  await using target = await httpTarget((response) => {
    response.writeHead(200).end(Buffer.alloc(1024 * 1024));
  });
  await using forwarding = forwardingTo(target.url);
  expect(await forwarding.send()).toBeNull();
  expect(await forwarding.send()).toBeNull();
  expect(target.received.map(({ connection }) => connection)).toEqual([1, 1]);
});

test('a body without end costs its connection and nothing else', async () => {
  const { answer, arrived } = awaited((response) => {
    const chunk = Buffer.alloc(64 * 1024);
    const more = (): void => {
      while (!response.destroyed && response.write(chunk));
    };
    response.writeHead(200).on('drain', more).on('error', silence);
    more();
  });
  await using target = await httpTarget(answer);
  await using forwarding = forwardingTo(target.url, { maxConnections: 1 });
  expect(await forwarding.send()).toBeNull();
  const response = await arrived;
  if (!response.closed) await once(response, 'close');
  target.answerWith(status(204));
  expect(await forwarding.send()).toBeNull();
  expect(target.received.map(({ connection }) => connection)).toEqual([1, 2]);
});

test('a signal that has aborted sends nothing', async () => {
  await using target = await httpTarget();
  await using forwarding = forwardingTo(target.url);
  const reason = new Error('let go');
  expect(await forwarding.send({ context: contextOf({ signal: AbortSignal.abort(reason) }) })).toBe(reason);
  expect(target.received).toHaveLength(0);
});

test('a signal that aborts ends the wait for an answer, and the connection', async () => {
  const { answer, arrived } = awaited(silence);
  await using target = await httpTarget(answer);
  await using forwarding = forwardingTo(target.url);
  const controller = new AbortController();
  const sent = forwarding.send({ context: contextOf({ signal: controller.signal }) });
  const response = await arrived;
  const reason = new Error('let go');
  controller.abort(reason);
  expect(await sent).toBe(reason);
  if (!response.closed) await once(response, 'close');
});

test('a signal that aborts after the status was there changes nothing about it', async () => {
  const controller = new AbortController();
  // The HTTP client says when it has the head of an answer.
  const onHeaders = (): void => void setImmediate(() => controller.abort(new Error('let go')));
  subscribe('undici:request:headers', onHeaders);
  try {
    await using target = await httpTarget(unending);
    await using forwarding = forwardingTo(target.url);
    expect(await forwarding.send({ context: contextOf({ signal: controller.signal }) })).toBeNull();
    expect(controller.signal.aborted).toBe(true);
  } finally {
    unsubscribe('undici:request:headers', onHeaders);
  }
});

test('a signal that aborts while all connections are in use lets no event through', async () => {
  const { answer, arrived } = awaited(silence);
  await using target = await httpTarget(answer);
  await using forwarding = forwardingTo(target.url, { maxConnections: 1 });
  const first = new AbortController();
  const second = new AbortController();
  const one = forwarding.send({ context: contextOf({ signal: first.signal }) });
  await arrived;
  const other = forwarding.send({ context: contextOf({ signal: second.signal }) });
  second.abort(new Error('second'));
  first.abort(new Error('first'));
  expect(String(await one)).toBe('Error: first');
  expect(String(await other)).toBe('Error: second');
  expect(target.received).toHaveLength(1);
});

test('an attempt whose time is up, with the target silent for most of its own: the target is away', async () => {
  const { answer, arrived } = awaited(silence);
  await using target = await httpTarget(answer);
  await using forwarding = forwardingTo(target.url, { timeoutMs: 2_000 });
  const begun = performance.now();
  const signal = AbortSignal.timeout(1_500);
  const thrown = await forwarding.send({ context: contextOf({ signal }) });
  expect(thrown).toBeInstanceOf(Unavailable);
  const seconds = Number(/within ([\d.]+) s/.exec(String(thrown))?.[1]);
  expect(seconds).toBeGreaterThanOrEqual(1);
  expect(seconds * 1_000).toBeLessThanOrEqual(performance.now() - begun);
  const response = await arrived;
  if (!response.closed) await once(response, 'close');
});
