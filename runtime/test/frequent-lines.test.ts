import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createFrequentLines } from '../src/frequent-lines.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function lines(terminal: boolean) {
  const written: string[] = [];
  const output = { terminal, write: (line: string | Buffer) => void written.push(String(line)) };
  const frequent = createFrequentLines({ output, summary: (count) => written.push(`${count} more`) });
  const write = (count: number): void => {
    for (let n = 0; n < count; n += 1) frequent.write('line');
  };
  return { written, write, close: frequent.close };
}

test('outside of a terminal each line is written', () => {
  const { written, write, close } = lines(false);
  write(1_000);
  close();
  expect(written).toHaveLength(1_000);
});

test('in a terminal up to twenty lines a second are written as they come', () => {
  const { written, write } = lines(true);
  for (let second = 0; second < 5; second += 1) {
    write(20);
    vi.advanceTimersByTime(1_000);
  }
  expect(written).toEqual(Array.from({ length: 100 }, () => 'line'));
});

test('beyond them there is one summary a second, until a second has fewer', () => {
  const { written, write } = lines(true);
  write(100);
  vi.advanceTimersByTime(1_000);
  expect(written.slice(20)).toEqual(['80 more']);
  write(300);
  vi.advanceTimersByTime(1_000);
  write(5);
  vi.advanceTimersByTime(1_000);
  write(2);
  expect(written.slice(21)).toEqual(['300 more', '5 more', 'line', 'line']);
});

test('closing tells what is untold', () => {
  const { written, write, close } = lines(true);
  write(25);
  close();
  vi.advanceTimersByTime(10_000);
  expect(written.slice(20)).toEqual(['5 more']);
});
