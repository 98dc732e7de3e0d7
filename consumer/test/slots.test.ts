import { expect, test } from 'vitest';
import { createSlots } from '../src/slots.ts';

const never = new AbortController().signal;

/** Slots of which `begin.allowed` says whether anything may begin. */
function slotsOf(max: number) {
  const begin = { allowed: true };
  const freed: number[] = [];
  const slots = createSlots({ max, mayBegin: () => begin.allowed, onFree: () => freed.push(slots.running) });
  return { slots, begin, freed };
}

test('no more run at once than there are places; who waits is served in turn', async () => {
  const { slots, freed } = slotsOf(1);
  const served: string[] = [];
  expect(slots.tryTake()).toBe(true);
  expect(slots.tryTake()).toBe(false);
  const first = slots.take(never).then((got) => served.push(`first ${got}`));
  const second = slots.take(never).then((got) => served.push(`second ${got}`));
  slots.give();
  await first;
  expect({ served, running: slots.running, freed }).toEqual({
    served: ['first true'],
    running: 1,
    freed: [],
  });
  slots.give();
  await second;
  slots.give();
  expect({ served, running: slots.running, freed }).toEqual({
    served: ['first true', 'second true'],
    running: 0,
    freed: [0],
  });
});

test('nobody overtakes those who wait', () => {
  const { slots, begin } = slotsOf(2);
  begin.allowed = false;
  void slots.take(never);
  begin.allowed = true;
  expect(slots.tryTake()).toBe(false);
  slots.serve();
  expect(slots.running).toBe(1);
  expect(slots.tryTake()).toBe(true);
});

test('while nothing may begin no place is given, also not one that gets free', async () => {
  const { slots, begin } = slotsOf(1);
  slots.tryTake();
  const waiting = slots.take(never);
  begin.allowed = false;
  slots.give();
  expect(slots.running).toBe(0);
  begin.allowed = true;
  slots.serve();
  expect(await waiting).toBe(true);
});

test('who gives up waiting takes no place', async () => {
  const { slots } = slotsOf(1);
  slots.tryTake();
  const gone = new AbortController();
  const left = slots.take(gone.signal);
  const stays = slots.take(never);
  gone.abort();
  expect(await left).toBe(false);
  slots.give();
  expect(await stays).toBe(true);
  expect(slots.running).toBe(1);
  expect(await slots.take(gone.signal)).toBe(false);
});
