import pino from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createDoorway } from '../src/doorway.ts';
import { createDoorways } from '../src/doorways.ts';
import { createGate } from '../src/gate.ts';
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
  door.leave(door.tryEnter(), 'unavailable', 'away');
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
  door.leave(door.tryEnter(), 'unavailable', 'away');
  const probes: string[] = [];
  const lane = async (name: string): Promise<void> => {
    for (;;) {
      const ticket = await door.enter(never);
      probes.push(name);
      door.leave(ticket, 'unavailable', 'away');
    }
  };
  void lane('a');
  void lane('b');
  await vi.advanceTimersByTimeAsync(16_000);
  expect(probes).toEqual(['a', 'b', 'a', 'b']);
});

test('while some wait nobody passes them by', async () => {
  const door = doorway();
  door.leave(door.tryEnter(), 'unavailable', 'away');
  const waiting = door.enter(never);
  await vi.advanceTimersByTimeAsync(0);
  vi.setSystemTime(Date.now() + 5_000);
  expect(door.tryEnter()).toBe(0);
  await vi.advanceTimersByTimeAsync(1_001);
  expect(await waiting).toBeGreaterThan(0);
});

test('an abort ends the wait with no ticket, and leaves no timer behind', async () => {
  const door = doorway();
  door.leave(door.tryEnter(), 'unavailable', 'away');
  const gone = new AbortController();
  const waiting = door.enter(gone.signal);
  expect(vi.getTimerCount()).toBe(1);
  gone.abort();
  expect(await waiting).toBe(0);
  expect(vi.getTimerCount()).toBe(0);
});

test('an outage of one event type is not another’s, unless all go to one target', () => {
  const read = readSettings({});
  if (!read.ok) throw new Error('the defaults are settings');
  const options = { settings: read.settings, log: pino({ level: 'silent' }) };
  const apart = createDoorways({ ...options, shared: null });
  apart.of('a').leave(apart.of('a').tryEnter(), 'unavailable', 'away');
  expect([apart.of('a').tryEnter(), apart.of('b').tryEnter() > 0, apart.allUp()]).toEqual([0, true, false]);
  expect(apart.states().get('a')).toMatchObject({ up: false, reason: 'away' });
  const together = createDoorways({ ...options, shared: 'http://target' });
  together.of('a').leave(together.of('a').tryEnter(), 'unavailable', 'away');
  expect(together.of('b').tryEnter()).toBe(0);
  expect([...together.states().keys()]).toEqual(['http://target']);
});
