import { FetchedRecord } from '@event-pipeline/runtime/kafkajs/fetched-record.ts';
import type { Accepted } from '@event-pipeline/schemas/accept.ts';
import pino from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createAttempt } from '../src/attempt.ts';
import { Delivery } from '../src/delivery.ts';
import { createDoorway } from '../src/doorway.ts';
import { createGate } from '../src/gate.ts';
import { forwardFailure } from '../src/forward-failure.ts';
import { Rejected, Unavailable } from '../src/handler.ts';
import { leaseMissing } from '../src/points.ts';
import { createSlots } from '../src/slots.ts';
import { createStats } from '../src/stats.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const log = pino({ level: 'silent' });
const accepted = { event: { eventType: 'user-created' } } as unknown as Accepted;

/** One delivery and its attempts: 3 retries, waits of 2, 4 and 8 s, 60 s for a handler. */
function rig(handle: (attempt: number, signal: AbortSignal) => void | Promise<void>) {
  const released = new AbortController();
  const lease = { held: true };
  const slots = createSlots({ max: 2, mayBegin: () => lease.held, onFree: () => undefined });
  const bounds = { baseMs: 1_000, maxMs: 8_000, maxConcurrency: 2, random: () => 1 };
  const gate = createGate({ ...bounds, now: Date.now, onChange: () => undefined });
  const doorway = createDoorway(gate, Date.now);
  const stuck: boolean[] = [];
  const startedAtMs = Date.now();
  const startsMs: number[] = [];
  const attempt = createAttempt({
    handle: (_, context) => {
      startsMs.push(Date.now() - startedAtMs);
      return handle(context.attempt, context.signal);
    },
    readAgain: () => accepted.event,
    doorwayOf: () => doorway,
    slots,
    nowMs: () => performance.now(),
    maxRetries: 3,
    backoffBaseMs: 2_000,
    backoffMaxMs: 30_000,
    handlerTimeoutMs: 60_000,
    random: () => 1,
    stats: createStats([], []),
    holdsLease: () => lease.held,
    stuck: (_, isStuck) => stuck.push(isStuck),
    log,
  });
  const record = new FetchedRecord(0, 0, Buffer.from('kv'), 0, 1, 1, 2, 2, 2, 0, null);
  const source = { topic: 't', partition: 0, released: released.signal, hold: () => {}, unhold: () => {} };
  const delivery = new Delivery(record, source, 0, log);
  const begin = () => {
    slots.tryTake();
    return attempt(delivery, accepted);
  };
  return { begin, delivery, released, slots, lease, doorway, gate, stuck, startsMs };
}

function revokedProxy(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

test('a handler without a promise is done in the same tick, and its slot is free', () => {
  const { begin, slots } = rig(() => undefined);
  expect(begin()).toMatchObject({ kind: 'handled' });
  expect(slots.running).toBe(0);
});

test.each([
  ['null', null, 'the handler failed without a reason'],
  ['undefined', undefined, 'the handler failed without a reason'],
  ['a revoked Proxy', revokedProxy(), 'the handler failed with something that cannot be read'],
])('a handler that throws %s has failed, whether it returns a promise or not', async (_, thrown, reason) => {
  const throwIt = (): void => {
    throw thrown;
  };
  for (const handle of [throwIt, async () => throwIt()]) {
    const { begin, startsMs } = rig(handle);
    const ended = Promise.resolve(begin());
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await ended).toMatchObject({
      kind: 'exhausted',
      failure: { code: 'RETRIES_EXHAUSTED', reason },
    });
    expect(startsMs).toHaveLength(4);
  }
});

test('a handler that returns what cannot be looked at has failed', async () => {
  const { begin } = rig(() => revokedProxy() as Promise<void>);
  const ended = Promise.resolve(begin());
  await vi.advanceTimersByTimeAsync(60_000);
  expect(await ended).toMatchObject({ kind: 'exhausted' });
});

test('1 + MAX_RETRIES attempts and no more, with doubling waits, in which no slot is taken', async () => {
  const { begin, delivery, slots, startsMs } = rig(() => {
    throw new Error('no luck');
  });
  const ending = begin();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(slots.running).toBe(0);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(await ending).toMatchObject({
    kind: 'exhausted',
    failure: { code: 'RETRIES_EXHAUSTED', reason: 'no luck' },
  });
  expect({ startsMs, attempts: delivery.attempts }).toEqual({
    startsMs: [0, 2_000, 6_000, 14_000],
    attempts: 4,
  });
  expect(slots.running).toBe(0);
});

test('the lease is asked right before the handler: a process that was stopped after it took the record up begins nothing', async () => {
  const { begin, delivery, slots, lease, startsMs } = rig(() => undefined);
  const told: unknown[] = [];
  const observer = (message: unknown) => void told.push(message);
  leaseMissing.subscribe(observer);
  lease.held = false;
  const ending = begin();
  await vi.advanceTimersByTimeAsync(1_000);
  leaseMissing.unsubscribe(observer);
  expect({ startsMs, running: slots.running, told }).toEqual({ startsMs: [], running: 0, told: [delivery] });
  lease.held = true;
  slots.serve();
  expect(await ending).toMatchObject({ kind: 'handled' });
  expect({ startsMs, attempts: delivery.attempts }).toEqual({ startsMs: [1_000], attempts: 0 });
});

test('a backoff that ends without the lease ends in no attempt; a partition that is let go meanwhile, in nothing', async () => {
  const { begin, lease, released, startsMs } = rig(() => {
    throw new Error('no luck');
  });
  const ending = begin();
  lease.held = false;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(startsMs).toEqual([0]);
  released.abort();
  expect(await ending).toEqual({ kind: 'interrupted' });
});

test('a rejection is a refusal at once', async () => {
  const { begin, startsMs } = rig(async () => {
    throw new Rejected('never');
  });
  expect(await begin()).toMatchObject({ kind: 'refused', failure: { code: 'HANDLER_REJECTED' } });
  expect(startsMs).toHaveLength(1);
});

test('an outage spends no attempt, however long', async () => {
  let away = true;
  const { begin, delivery, startsMs, slots } = rig(() => {
    if (away) throw new Unavailable('away');
  });
  const ending = begin();
  await vi.advanceTimersByTimeAsync(600_000);
  expect(startsMs.length).toBeGreaterThan(10);
  expect({ attempts: delivery.attempts, running: slots.running }).toEqual({ attempts: 0, running: 0 });
  away = false;
  await vi.advanceTimersByTimeAsync(8_001);
  expect(await ending).toMatchObject({ kind: 'handled' });
});

test('a release ends the sleep of a backoff, and settles nothing', async () => {
  const { begin, released, startsMs } = rig(() => {
    throw new Error('no luck');
  });
  const ending = begin();
  await vi.advanceTimersByTimeAsync(1_000);
  released.abort();
  expect(await ending).toEqual({ kind: 'interrupted' });
  expect(startsMs).toHaveLength(1);
});

test('a release while waiting for a slot gives the gate’s place back', async () => {
  const { begin, released, slots, doorway } = rig(() => {
    throw new Error('no luck');
  });
  const ending = begin();
  slots.tryTake();
  slots.tryTake();
  await vi.advanceTimersByTimeAsync(2_000);
  released.abort();
  expect(await ending).toEqual({ kind: 'interrupted' });
  expect([doorway.tryEnter(), doorway.tryEnter()]).not.toContain(0);
});

test('a probe whose time is up proves nothing: the gate stays closed until one succeeds', async () => {
  let call = 0;
  const { begin, gate } = rig(async (_, signal) => {
    call += 1;
    if (call === 1) throw new Unavailable('away');
    if (call > 2) return;
    await new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Error('too late')));
    });
  });
  const outcome = begin();
  await vi.advanceTimersByTimeAsync(62_000);
  expect([call, gate.state()]).toMatchObject([2, { up: false, reason: 'away' }]);
  await vi.advanceTimersByTimeAsync(4_000);
  expect(await outcome).toMatchObject({ kind: 'handled' });
  expect(gate.state().up).toBe(true);
});

test('a handler whose time is up is told so, keeps its slot until it ends, and has failed although it then succeeds', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const signals: AbortSignal[] = [];
  const { begin, delivery, slots, stuck } = rig((attempt, signal) => {
    signals.push(signal);
    return attempt === 1 ? promise : undefined;
  });
  const ending = begin();
  await vi.advanceTimersByTimeAsync(59_999);
  expect(signals[0]?.aborted).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect({ aborted: signals[0]?.aborted, running: slots.running, stuck }).toEqual({
    aborted: true,
    running: 1,
    stuck: [],
  });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(stuck).toEqual([true]);
  resolve();
  await vi.advanceTimersByTimeAsync(0);
  expect({ stuck, running: slots.running, attempts: delivery.attempts }).toEqual({
    stuck: [true, false],
    running: 0,
    attempts: 1,
  });
  await vi.advanceTimersByTimeAsync(2_000);
  expect(await ending).toMatchObject({ kind: 'handled' });
  expect(signals[1]?.aborted).toBe(false);
});

const withMessage = (message: unknown): Error => Object.assign(new Error('x'), { message });

test.each([
  ['an object without a text', Object.create(null) as unknown, 'the handler failed without a message'],
  ['an error whose message is a list', withMessage(['a', 'b']), 'a,b'],
  ['an error whose message is undefined', withMessage(undefined), 'the handler failed without a message'],
  [
    'an error whose message has no text',
    withMessage(Object.create(null)),
    'the handler failed without a message',
  ],
])('whatever is thrown has a reason that is text: %s', async (_, thrown, reason) => {
  const { begin } = rig(() => {
    throw thrown;
  });
  const ended = Promise.resolve(begin());
  await vi.advanceTimersByTimeAsync(60_000);
  expect(await ended).toMatchObject({ kind: 'exhausted', failure: { reason } });
});

test('a log made anew ends the attempts at the record of the old one', async () => {
  const { promise, reject } = Promise.withResolvers<void>();
  const { begin, delivery, released, startsMs } = rig(() => promise);
  const ended = Promise.resolve(begin());
  released.abort();
  Object.assign(delivery.source, { released: new AbortController().signal });
  reject(new Error('no luck'));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(await ended).toEqual({ kind: 'interrupted' });
  expect(startsMs).toHaveLength(1);
});

test('a target that is silent until the attempt’s time is up is away: no attempt is spent', async () => {
  const silent = forwardFailure(
    'unavailable',
    { kind: 'time-out', connected: true },
    { name: 'http://target', waitedMs: 50_000 },
  );
  const { begin, delivery, gate } = rig(
    async (_, signal) =>
      await new Promise((__, reject) => signal.addEventListener('abort', () => reject(silent))),
  );
  void begin();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(gate.state()).toMatchObject({ up: false, reason: 'no answer from http://target within 50 s' });
  expect(delivery.attempts).toBe(0);
});
