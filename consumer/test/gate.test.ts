import { expect, test } from 'vitest';
import { createGate, type Gate, type GateState } from '../src/gate.ts';

/** A gate on virtual time; the random factor is 1 unless told. */
function gateAt(startMs: number, options: { maxConcurrency?: number; random?: () => number } = {}) {
  const { maxConcurrency = 64, random = () => 1 } = options;
  let nowMs = startMs;
  const changes: GateState[] = [];
  const gate = createGate({
    baseMs: 2000,
    maxMs: 30_000,
    maxConcurrency,
    now: () => nowMs,
    random,
    onChange: (state) => changes.push(state),
  });
  return Object.assign(gate, {
    changes,
    pass(ms: number) {
      nowMs += ms;
    },
    /** Lets in as many as there is room for, at most `most`. */
    enterAll(most = 1000): number[] {
      const tickets: number[] = [];
      for (let ticket = gate.tryEnter(); ticket !== 0; ticket = gate.tryEnter()) {
        tickets.push(ticket);
        if (tickets.length === most) break;
      }
      return tickets;
    },
  });
}

function fail(gate: Gate, ticket: number, retryAfterMs: number | null = null): void {
  gate.leave(ticket, 'unavailable', 'down', retryAfterMs);
}

test('an open gate lets in as many as may run at once, and again for each that leaves', () => {
  const gate = gateAt(0, { maxConcurrency: 3 });
  const tickets = gate.enterAll();
  expect(tickets).toHaveLength(3);
  gate.leave(tickets[0] ?? 0, 'success');
  expect(gate.enterAll()).toHaveLength(1);
  expect(gate.state()).toEqual({ up: true, sinceMs: 0, reason: null });
  expect(gate.nextTryAtMs()).toBeNull();
  expect(gate.changes).toEqual([]);
});

test('failed attempts, rejections and interruptions leave it open', () => {
  const gate = gateAt(0, { maxConcurrency: 2 });
  gate.leave(gate.tryEnter(), 'other');
  gate.leave(gate.tryEnter(), 'interrupted');
  expect(gate.enterAll()).toHaveLength(2);
  expect(gate.changes).toEqual([]);
});

test('an outage closes it until the backoff is over; then one probe is let in', () => {
  const gate = gateAt(1000);
  gate.leave(gate.tryEnter(), 'unavailable', 'no connection');
  expect(gate.state()).toEqual({ up: false, sinceMs: 1000, reason: 'no connection' });
  expect(gate.nextTryAtMs()).toBe(3000);
  gate.pass(1999);
  expect(gate.enterAll()).toHaveLength(0);
  gate.pass(1);
  expect(gate.enterAll()).toHaveLength(1);
  expect(gate.nextTryAtMs()).toBeNull();
});

test('each failed probe is a step on the curve, and the outage keeps its beginning', () => {
  const gate = gateAt(0);
  fail(gate, gate.tryEnter());
  for (const waitMs of [2000, 4000, 8000, 16_000, 30_000, 30_000]) {
    gate.pass(waitMs - 1);
    expect(gate.tryEnter()).toBe(0);
    gate.pass(1);
    gate.leave(gate.tryEnter(), 'unavailable', `after ${waitMs}`);
  }
  expect(gate.state()).toEqual({ up: false, sinceMs: 0, reason: 'after 30000' });
  expect(gate.changes).toHaveLength(1);
});

test('the random factor and the floor of 100 ms hold', () => {
  const half = gateAt(0, { random: () => 0 });
  fail(half, half.tryEnter());
  expect(half.nextTryAtMs()).toBe(1000);
  const gate = createGate({
    baseMs: 0,
    maxMs: 0,
    maxConcurrency: 1,
    now: () => 0,
    random: () => 1,
    onChange: () => {},
  });
  fail(gate, gate.tryEnter());
  expect(gate.nextTryAtMs()).toBe(100);
});

test('after the first answer the number side by side doubles with each, until the gate is open', () => {
  const gate = gateAt(0, { maxConcurrency: 6 });
  fail(gate, gate.tryEnter());
  gate.pass(2000);
  gate.leave(gate.tryEnter(), 'success');
  expect(gate.state()).toEqual({ up: true, sinceMs: 2000, reason: null });
  const two = gate.enterAll();
  expect(two).toHaveLength(2);
  gate.leave(two[0] ?? 0, 'success');
  // Four are allowed, one is still inside.
  expect(gate.enterAll()).toHaveLength(3);
  gate.leave(two[1] ?? 0, 'success');
  expect(gate.enterAll()).toHaveLength(3);
  expect(gate.enterAll()).toHaveLength(0);
  expect(gate.changes.map(({ up }) => up)).toEqual([false, true]);
});

test('a rejection or a failed attempt of a probe is an answer too', () => {
  const gate = gateAt(0);
  fail(gate, gate.tryEnter());
  gate.pass(2000);
  gate.leave(gate.tryEnter(), 'other');
  expect(gate.state().up).toBe(true);
  expect(gate.enterAll()).toHaveLength(2);
});

test('with room for one the first answer opens it', () => {
  const gate = gateAt(0, { maxConcurrency: 1 });
  fail(gate, gate.tryEnter());
  gate.pass(2000);
  gate.leave(gate.tryEnter(), 'success');
  expect(gate.enterAll()).toHaveLength(1);
});

test('what fails side by side is one step on the curve', () => {
  const gate = gateAt(0);
  for (const ticket of gate.enterAll()) fail(gate, ticket);
  expect(gate.nextTryAtMs()).toBe(2000);
  gate.pass(2000);
  fail(gate, gate.tryEnter());
  expect(gate.nextTryAtMs()).toBe(2000 + 4000);
});

test('what was running when it closed is no probe: it neither reopens it, nor holds the probe up', () => {
  const gate = gateAt(0);
  const [first = 0, late = 0, later = 0] = gate.enterAll(3);
  fail(gate, first);
  gate.leave(late, 'success');
  expect(gate.state().up).toBe(false);
  gate.pass(2000);
  const probe = gate.tryEnter();
  expect(probe).not.toBe(0);
  fail(gate, later);
  expect(gate.tryEnter()).toBe(0);
  gate.leave(probe, 'success');
  expect(gate.state().up).toBe(true);
});

test('what fails late, after the target has come back, does not close it again', () => {
  const gate = gateAt(0);
  const [first = 0, late = 0] = gate.enterAll(2);
  fail(gate, first);
  gate.pass(2000);
  gate.leave(gate.tryEnter(), 'success');
  fail(gate, late, 60_000);
  expect(gate.state().up).toBe(true);
  expect(gate.enterAll()).toHaveLength(2);
});

test('a failure while ramping closes it again, at the beginning of the curve', () => {
  const gate = gateAt(0);
  fail(gate, gate.tryEnter());
  gate.pass(2000);
  fail(gate, gate.tryEnter());
  gate.pass(4000);
  gate.leave(gate.tryEnter(), 'success');
  const [one = 0, other = 0] = gate.enterAll();
  fail(gate, one);
  fail(gate, other);
  expect(gate.state()).toEqual({ up: false, sinceMs: 6000, reason: 'down' });
  expect(gate.nextTryAtMs()).toBe(6000 + 2000);
  expect(gate.changes.map(({ up }) => up)).toEqual([false, true, false]);
});

test('what the target asks for is waited for, by a probe and by those that ran beside it', () => {
  const gate = gateAt(0);
  const [first = 0, beside = 0, third = 0] = gate.enterAll(3);
  fail(gate, first, 10_000);
  expect(gate.nextTryAtMs()).toBe(10_000);
  fail(gate, beside, 20_000);
  fail(gate, third, 5000);
  expect(gate.nextTryAtMs()).toBe(20_000);
});

test('an interrupted probe proves nothing: another may go at once, and again only one', () => {
  const gate = gateAt(0);
  fail(gate, gate.tryEnter());
  gate.pass(2000);
  gate.leave(gate.tryEnter(), 'interrupted');
  expect(gate.state().up).toBe(false);
  expect(gate.nextTryAtMs()).toBe(2000);
  expect(gate.enterAll()).toHaveLength(1);
});
