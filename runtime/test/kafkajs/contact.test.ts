import pino from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createContact } from '../../src/kafkajs/contact.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function rig() {
  const back: string[] = [];
  const lines: Record<string, unknown>[] = [];
  const contact = createContact({
    stopping: new AbortController().signal,
    backAgain: () => back.push('back'),
    log: pino({ base: null }, { write: (line) => void lines.push(JSON.parse(line)) }),
  });
  return { contact, back, lines };
}

test('nobody is silent who was not asked yet: a consumer that waits for its topics is alive for as long as it waits', () => {
  const { contact } = rig();
  vi.advanceTimersByTime(600_000);
  expect(contact.silentMs()).toBe(0);
  contact.begin();
  vi.advanceTimersByTime(70_000);
  expect(contact.silentMs()).toBe(70_000);
});

test('a failure is a sign of life of the client as an answer is, and an outage until the same peer answers', () => {
  const { contact, back } = rig();
  contact.begin();
  vi.advanceTimersByTime(50_000);
  contact.failed('broker 1', new Error('refused'));
  vi.advanceTimersByTime(1_000);
  contact.heard('group');
  expect({ silentMs: contact.silentMs(), away: [...contact.away().keys()] }).toEqual({
    silentMs: 0,
    away: ['broker 1'],
  });
  expect([contact.outage(() => true)?.reason, contact.outage(() => false)]).toEqual(['refused', null]);
  contact.heard('broker 1');
  expect({ back, away: contact.away().size }).toEqual({ back: ['back'], away: 0 });
});

test('commits that are refused are told, and are no outage', () => {
  const { contact } = rig();
  contact.failed('commits', new Error('denied'));
  contact.heard('group');
  expect({ away: contact.away().get('commits')?.reason, outage: contact.outage(() => true) }).toEqual({
    away: 'denied',
    outage: null,
  });
  contact.heard('commits');
  expect(contact.away().size).toBe(0);
});

test('a clock that is set meanwhile changes neither how long an outage was nor which is the longest', () => {
  const { contact, lines } = rig();
  contact.begin();
  contact.failed('broker 1', new Error('first'));
  vi.setSystemTime(Date.now() - 3_600_000);
  vi.advanceTimersByTime(2_000);
  contact.failed('broker 2', new Error('second'));
  expect(contact.outage(() => true)?.reason).toBe('first');
  contact.heard('broker 1');
  expect(lines.at(-1)).toMatchObject({ peer: 'broker 1', outageMs: 2_000 });
});
