import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { listenForStop } from '../src/shutdown.ts';

function listening() {
  const signals = new EventEmitter();
  const heard: string[] = [];
  let now = 0;
  const stop = listenForStop({
    signals,
    nowMs: () => now,
    onStop: (signal) => heard.push(`stop ${signal}`),
    onForce: (signal) => heard.push(`force ${signal}`),
  });
  const at = (ms: number, signal: string): void => {
    now = ms;
    signals.emit(signal, signal);
  };
  return { heard, stop, at };
}

test('the first signal asks to stop, repeats within two seconds are the same one', () => {
  const { heard, stop, at } = listening();
  expect(stop.aborted).toBe(false);
  at(5_000, 'SIGINT');
  at(5_001, 'SIGINT');
  at(6_999, 'SIGTERM');
  expect(heard).toEqual(['stop SIGINT']);
  expect(stop.aborted).toBe(true);
});

test('a later second signal forces the end', () => {
  const { heard, at } = listening();
  at(0, 'SIGTERM');
  at(2_000, 'SIGINT');
  expect(heard).toEqual(['stop SIGTERM', 'force SIGINT']);
});
