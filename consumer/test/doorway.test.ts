import pino from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createDoorway } from '../src/doorway.ts';
import { createDoorways, type Doorways } from '../src/doorways.ts';
import { forwardFailure } from '../src/forward-failure.ts';
import { createGate } from '../src/gate.ts';
import { Unavailable } from '../src/handler.ts';
import { readSettings } from '../src/settings.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const never = new AbortController().signal;

/** A doorway whose gate waits one second after a failure; doubled with each. */
function doorway() {
  const gate = createGate({
    baseMs: 1_000,
    maxMs: 60_000,
    maxConcurrency: 4,
    now: Date.now,
    random: () => 1,
    onChange: () => undefined,
  });
  return createDoorway(gate, Date.now);
}

test('who waits through an outage is let in when the backoff is over, by no one else’s doing, and one alone', async () => {
  const door = doorway();
  door.leave(door.tryEnter(), 'unavailable', new Unavailable('away'));
  const entered: string[] = [];
  for (const name of ['a', 'b'])
    void door.enter(never).then((ticket) => entered.push(`${name} ${ticket > 0}`));
  await vi.advanceTimersByTimeAsync(999);
  expect(entered).toEqual([]);
  await vi.advanceTimersByTimeAsync(2);
  expect(entered).toEqual(['a true']);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(entered).toEqual(['a true']);
});

test('a probe that fails goes behind the others: the next is of another lane', async () => {
  const door = doorway();
  door.leave(door.tryEnter(), 'unavailable', new Unavailable('away'));
  const probes: string[] = [];
  const lane = async (name: string): Promise<void> => {
    for (;;) {
      const ticket = await door.enter(never);
      probes.push(name);
      door.leave(ticket, 'unavailable', new Unavailable('away'));
    }
  };
  void lane('a');
  void lane('b');
  await vi.advanceTimersByTimeAsync(16_000);
  expect(probes).toEqual(['a', 'b', 'a', 'b']);
});

test('while some wait nobody passes them by', async () => {
  const door = doorway();
  door.leave(door.tryEnter(), 'unavailable', new Unavailable('away'));
  const waiting = door.enter(never);
  await vi.advanceTimersByTimeAsync(0);
  vi.setSystemTime(Date.now() + 5_000);
  expect(door.tryEnter()).toBe(0);
  await vi.advanceTimersByTimeAsync(1_001);
  expect(await waiting).toBeGreaterThan(0);
});

test('an abort ends the wait with no ticket, and leaves no timer behind', async () => {
  const door = doorway();
  door.leave(door.tryEnter(), 'unavailable', new Unavailable('away'));
  const gone = new AbortController();
  const waiting = door.enter(gone.signal);
  expect(vi.getTimerCount()).toBe(1);
  gone.abort();
  expect(await waiting).toBe(0);
  expect(vi.getTimerCount()).toBe(0);
});

function doorways(target: string | null) {
  const read = readSettings({});
  if (!read.ok) throw new Error('the defaults are settings');
  return createDoorways({ settings: read.settings, target, log: pino({ level: 'silent' }) });
}

/** What is down, by the name of its gate. */
const down = (all: Doorways) =>
  [...all.states()].filter(([, { up }]) => !up).map(([name, { reason }]) => `${name}: ${reason}`);

const targetIsAway = forwardFailure(
  'unavailable',
  { kind: 'answer', status: 429, retryAfter: undefined },
  { name: 'http://target', waitedMs: 1_000 },
);

test('an outage of what one event type needs is not another’s', () => {
  const all = doorways(null);
  all.of('a').leave(all.of('a').tryEnter(), 'unavailable', new Unavailable('away'));
  expect([all.of('a').tryEnter(), all.of('b').tryEnter() > 0, all.allUp()]).toEqual([0, true, false]);
  expect(down(all)).toEqual(['a: away']);
});

test('an outage of the target is that of all who are forwarded there', () => {
  const all = doorways('FORWARD_URL');
  all.of('a').leave(all.of('a').tryEnter(), 'unavailable', targetIsAway);
  expect([all.of('a').tryEnter(), all.of('b').tryEnter()]).toEqual([0, 0]);
  expect(down(all)).toEqual(['FORWARD_URL: http://target answered 429']);
});

test('a handler’s own outage, with a target behind it, says nothing of the target, nor of other types', () => {
  const all = doorways('FORWARD_URL');
  all.of('a').leave(all.of('a').tryEnter(), 'unavailable', new Unavailable('the database is away'));
  expect([all.of('a').tryEnter(), all.of('b').tryEnter() > 0]).toEqual([0, true]);
  expect(down(all)).toEqual(['a: the database is away']);
});

test('who waits for the target goes on when it is back; an abort gives the place before the type’s gate back', async () => {
  const all = doorways('FORWARD_URL');
  const door = all.of('a');
  door.leave(door.tryEnter(), 'unavailable', targetIsAway);
  const gone = new AbortController();
  const cut = door.enter(gone.signal);
  const waiting = door.enter(never);
  gone.abort();
  expect(await cut).toBe(0);
  await vi.advanceTimersByTimeAsync(2_001);
  const ticket = await waiting;
  expect(ticket).toBeGreaterThan(0);
  expect(door.tryEnter()).toBe(0);
  door.leave(ticket, 'success');
  expect([all.allUp(), door.tryEnter() > 0, all.of('b').tryEnter() > 0]).toEqual([true, true, true]);
});

test('a handler’s own failure does not open the target’s gate; a failure that the target answered with does', async () => {
  const all = doorways('FORWARD_URL');
  const door = all.of('a');
  door.leave(door.tryEnter(), 'unavailable', targetIsAway);
  await vi.advanceTimersByTimeAsync(2_001);
  door.leave(await door.enter(never), 'other', new Error('a bug'));
  expect(all.allUp()).toBe(false);
  const answered = forwardFailure(
    'failed',
    { kind: 'answer', status: 500, retryAfter: undefined },
    { name: 'http://target', waitedMs: 1_000 },
  );
  door.leave(await door.enter(never), 'other', answered);
  expect(all.allUp()).toBe(true);
});

test('who stood before the target’s gate while the gate of the type closed is not let in by the target alone', async () => {
  const all = doorways('FORWARD_URL');
  const door = all.of('a');
  door.leave(door.tryEnter(), 'unavailable', targetIsAway);
  const [first, second] = [door.enter(never), door.enter(never)];
  let entered = 0;
  void second.then((ticket) => (entered = ticket));
  await vi.advanceTimersByTimeAsync(2_001);
  door.leave(await first, 'unavailable', new Unavailable('the database is away'));
  await vi.advanceTimersByTimeAsync(900);
  expect(entered).toBe(0);
  await vi.advanceTimersByTimeAsync(1_200);
  expect(entered).toBeGreaterThan(0);
});
