import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { Rejected, Unavailable } from '../src/handler.ts';
import { contextOf, forwardingTo, rawOf, userDeleted } from './forwarding.ts';
import { httpTarget, status } from './http-target.ts';

/** What kind of failure something is, as the consumer tells them apart. */
function kindOf(thrown: Error | null): string {
  if (thrown === null) return 'handled';
  if (thrown instanceof Rejected) return 'rejected';
  if (thrown instanceof Unavailable) return 'unavailable';
  return 'failed attempt';
}

function retryAfterMsOf(thrown: Error | null): number | null {
  expect(kindOf(thrown)).toBe('unavailable');
  return (thrown as Unavailable).retryAfterMs;
}

const TABLE: Readonly<Record<string, readonly number[]>> = {
  handled: [200, 201, 202, 204, 205, 206, 299],
  'failed attempt': [408, 425, 500, 501, 505, 507, 511, 599],
  rejected: [400, 402, 406, 409, 410, 411, 412, 413, 414, 415, 418, 422, 423, 424, 426, 428, 431, 451, 499],
  unavailable: [300, 301, 302, 303, 304, 307, 308, 401, 403, 404, 405, 407, 429, 502, 503, 504],
};

for (const [kind, statuses] of Object.entries(TABLE)) {
  test(`${statuses.join(', ')}: ${kind}`, async () => {
    await using target = await httpTarget();
    await using forwarding = forwardingTo(target.url);
    for (const code of statuses) {
      target.answerWith(status(code));
      const thrown = await forwarding.send();
      const message = thrown === null ? null : `http://127.0.0.1:${target.port} answered ${code}`;
      expect([code, kindOf(thrown), thrown?.message ?? null]).toEqual([code, kind, message]);
    }
    expect(target.received).toHaveLength(statuses.length);
  });
}

test('the request is a POST of the very bytes, with these headers and no others', async () => {
  await using target = await httpTarget();
  await using forwarding = forwardingTo(`${target.url}?a=b`);
  const value = ' { "eventId":"e-1", "payload" : {"n": 12345678901234567890, "f":1.10, "é":"\\u00e9"} }\n';
  expect(await forwarding.send({ raw: rawOf(value) })).toBeNull();
  const [request] = target.received;
  expect(request?.method).toBe('POST');
  expect(request?.path).toBe('/events?a=b');
  expect(request?.body.toString()).toBe(value);
  expect(request?.headers).toEqual({
    host: `127.0.0.1:${target.port}`,
    connection: 'keep-alive',
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(value)),
    'idempotency-key': 'e-1',
    'correlation-id': 'c-1',
  });
});

test('an eventTime that was missing is put in, and counted in the length', async () => {
  await using target = await httpTarget();
  await using forwarding = forwardingTo(target.url);
  await forwarding.send({ raw: rawOf('{"n":9007199254740993}', '2026-01-02T03:04:05.000Z') });
  const body = '{"eventTime":"2026-01-02T03:04:05.000Z","n":9007199254740993}';
  expect(target.received[0]?.body.toString()).toBe(body);
  expect(target.received[0]?.headers['content-length']).toBe(String(body.length));
});

test('hostile ids arrive as single, decodable values', async () => {
  await using target = await httpTarget();
  await using forwarding = forwardingTo(target.url);
  const ids = ['a\r\nx-evil: 1\r\n\r\n', 'é😀', '100%', ' a ', '', '\0', 'a'.repeat(1024), 'é'.repeat(512)];
  for (const id of ids) {
    const context = contextOf({ correlationId: id });
    expect(await forwarding.send({ event: userDeleted(id), context })).toBeNull();
    const headers = target.received.at(-1)?.headers ?? {};
    expect(decodeURIComponent(String(headers['idempotency-key']))).toBe(id);
    expect(decodeURIComponent(String(headers['correlation-id'] ?? ''))).toBe(id);
    expect(headers).not.toHaveProperty('x-evil');
  }
});

test('ids over 1 KiB: a digest as the key, and no correlation', async () => {
  await using target = await httpTarget();
  await using forwarding = forwardingTo(target.url);
  const id = 'x'.repeat(2048);
  await forwarding.send({ event: userDeleted(id), context: contextOf({ correlationId: id }) });
  expect(target.received[0]?.headers['idempotency-key']).toMatch(/^[0-9a-f]{64}$/);
  expect(target.received[0]?.headers).not.toHaveProperty('correlation-id');
});

test('a traceparent is passed on if it is a valid one', async () => {
  await using target = await httpTarget();
  await using forwarding = forwardingTo(target.url);
  const valid = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  for (const value of [valid, `${valid}\r\nx-evil: 1`, valid.replace('0af', 'xyz'), null]) {
    const headers = [{ name: 'traceparent', value: value === null ? null : Buffer.from(value) }];
    expect(await forwarding.send({ context: contextOf({ headers }) })).toBeNull();
  }
  expect(target.received.map(({ headers }) => headers['traceparent'])).toEqual([
    valid,
    undefined,
    undefined,
    undefined,
  ]);
});

test("credentials of the URL are sent, and are in no error's text", async () => {
  await using target = await httpTarget(status(401));
  const url = `http://user:s3cret@127.0.0.1:${target.port}/hidden?token=t0ken`;
  await using forwarding = forwardingTo(url);
  const answered = await forwarding.send();
  expect(target.received[0]?.headers.authorization).toBe(
    `Basic ${Buffer.from('user:s3cret').toString('base64')}`,
  );
  await target.close();
  const refused = await forwarding.send();
  for (const thrown of [answered, refused]) {
    expect(kindOf(thrown)).toBe('unavailable');
    expect(inspect(thrown, { depth: 10 })).not.toMatch(/s3cret|t0ken|user:|hidden|u-1/);
  }
});

test('Retry-After is honoured for 429 and 503, in both forms, to 5 minutes', async () => {
  await using target = await httpTarget();
  await using forwarding = forwardingTo(target.url);
  for (const code of [429, 503]) {
    target.answerWith(status(code, { 'retry-after': '7' }));
    expect(retryAfterMsOf(await forwarding.send())).toBe(7000);
    target.answerWith(status(code, { 'retry-after': 'Fri, 01 Jan 2100 00:00:00 GMT' }));
    expect(retryAfterMsOf(await forwarding.send())).toBe(300_000);
    target.answerWith(status(code));
    expect(retryAfterMsOf(await forwarding.send())).toBeNull();
  }
  target.answerWith(status(404, { 'retry-after': '7' }));
  expect(retryAfterMsOf(await forwarding.send())).toBeNull();
});

test('redirects are not followed', async () => {
  await using elsewhere = await httpTarget();
  await using target = await httpTarget(status(307, { location: elsewhere.url }));
  await using forwarding = forwardingTo(target.url);
  expect(kindOf(await forwarding.send())).toBe('unavailable');
  expect(elsewhere.received).toHaveLength(0);
});

test('interim answers are not the answer', async () => {
  await using target = await httpTarget();
  await using forwarding = forwardingTo(target.url);
  for (const [code, kind] of [
    [204, 'handled'],
    [500, 'failed attempt'],
  ] as const) {
    target.answerWith((response) => {
      response.writeProcessing();
      response.writeEarlyHints({ link: '</a>; rel=preload' });
      response.writeHead(code).end();
    });
    expect(kindOf(await forwarding.send())).toBe(kind);
  }
});

test('an interim answer with nothing behind it is no answer', async () => {
  await using target = await httpTarget((response) => {
    response.writeEarlyHints({ link: '</a>; rel=preload' }, () => response.destroy());
  });
  await using forwarding = forwardingTo(target.url);
  expect(kindOf(await forwarding.send())).toBe('unavailable');
});

for (const code of [502, 503, 504]) {
  test(`${code} is the event's own fault once most others are answered well`, async () => {
    await using target = await httpTarget((response, { headers }) => {
      response.writeHead(headers['idempotency-key'] === 'poison' ? code : 204).end();
    });
    await using forwarding = forwardingTo(target.url);
    const poison = { event: userDeleted('poison'), context: contextOf() };
    const other = (answer: number) =>
      forwarding.send({ event: userDeleted(answer === 204 ? 'good' : 'poison') });

    expect(kindOf(await forwarding.send(poison))).toBe('unavailable');
    // No other answer since: nothing speaks for the target.
    expect(kindOf(await forwarding.send(poison))).toBe('unavailable');
    await other(204);
    await other(code);
    // Half of them is not most.
    expect(kindOf(await forwarding.send(poison))).toBe('unavailable');
    await other(204);
    await other(code);
    await other(204);
    expect(kindOf(await forwarding.send(poison))).toBe('failed attempt');
    // What was before that try does not count again.
    expect(kindOf(await forwarding.send(poison))).toBe('unavailable');
  });
}

test('an event that was not tried before is never blamed for an outage', async () => {
  await using target = await httpTarget();
  await using forwarding = forwardingTo(target.url);
  for (let n = 0; n < 5; n++) expect(await forwarding.send()).toBeNull();
  target.answerWith(status(503));
  expect(kindOf(await forwarding.send())).toBe('unavailable');
});
