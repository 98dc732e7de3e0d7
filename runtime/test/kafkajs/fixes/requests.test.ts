import { expect, onTestFinished, test, vi } from 'vitest';
import { expireRequests } from '../../../src/kafkajs/fixes/request-deadlines.ts';
import type { Internals } from '../../../src/kafkajs/internals.ts';
import { answering, connectionTo, outcome, peer, published, question, repaired } from './rig.ts';

async function connected(parts: Internals, options: object = {}) {
  const { port } = await peer(answering(3));
  const connection = connectionTo(parts, port, options);
  await connection.connect();
  return connection;
}

async function timerAfterAnswer(parts: Internals): Promise<unknown> {
  const connection = await connected(parts);
  await connection.send(question(parts));
  const { throttleCheckTimeoutId } = connection.requestQueue;
  await connection.disconnect();
  return throttleCheckTimeoutId;
}

test('an empty queue has no timer', async () => {
  expect(await timerAfterAnswer(published())).not.toBeNull();
  expect(await timerAfterAnswer(repaired())).toBeNull();
});

test('a throttled request goes out when the broker takes requests again', async () => {
  const parts = repaired();
  const connection = await connected(parts);
  connection.requestQueue.maybeThrottle(50);
  const sending = connection.send(question(parts));
  await expect.poll(() => connection.requestQueue.pending.length).toBe(1);
  expect(await sending).toBe(3);
  await connection.disconnect();
});

test('a request that a throttled queue keeps ends by its time-out, and the connection stays', async () => {
  const parts = repaired();
  const connection = await connected(parts);
  connection.requestQueue.maybeThrottle(3_600_000);
  const kept = await outcome(connection.send(question(parts)));
  expect(kept).toMatchObject({ name: 'KafkaJSRequestTimeoutError' });
  expect(connection.requestQueue.pending).toEqual([]);
  expect(connection.isConnected()).toBe(true);
  await connection.disconnect();
});

async function timeouts(parts: Internals): Promise<number[]> {
  const connection = await connected(parts, { requestTimeout: 30_000 });
  const entry = { correlationId: 1 };
  const { requestQueue } = connection;
  const own = [5_000, 60_000, null].map(
    (requestTimeout) =>
      requestQueue.createSocketRequest(Object.assign({ requestTimeout }, { entry })).requestTimeout,
  );
  await connection.disconnect();
  return own;
}

test('a request’s own time-out stands, shorter or longer', async () => {
  expect(await timeouts(published())).toEqual([30_000, 60_000, 30_000]);
  expect(await timeouts(repaired())).toEqual([5_000, 60_000, 30_000]);
});

const HOUR_MS = 3_600_000;

/** The machine's clock is set; timers and the monotonic clock go on as they do. */
function stepClock(byMs: number): void {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + byMs });
  onTestFinished(() => void vi.useRealTimers());
}

test('a clock that is put on by an hour ends no request that is under way, written or kept', async () => {
  const parts = repaired();
  const connection = await connected(parts);
  const { requestQueue } = connection;
  requestQueue.maybeThrottle(50);
  const sending = connection.send(question(parts));
  await expect.poll(() => requestQueue.pending.length).toBe(1);
  stepClock(HOUR_MS);
  expect([expireRequests(requestQueue), requestQueue.pending.length]).toEqual([false, 1]);
  expect(await sending).toBe(3);
  await connection.disconnect();
});

test('a clock that is put back by an hour lets no request wait for an hour', async () => {
  const parts = repaired();
  const { port } = await peer(() => undefined);
  const connection = connectionTo(parts, port);
  await connection.connect();
  const sending = outcome(connection.send(question(parts)));
  await expect.poll(() => connection.requestQueue.inflight.size).toBe(1);
  stepClock(-HOUR_MS);
  expect(await sending).toMatchObject({ name: 'KafkaJSRequestTimeoutError' });
});

test('a clock that is put back by an hour does not lengthen the rest that a broker asks for', async () => {
  const parts = repaired();
  const connection = await connected(parts);
  connection.requestQueue.maybeThrottle(50);
  stepClock(-HOUR_MS);
  expect(await connection.send(question(parts))).toBe(3);
  await connection.disconnect();
});
