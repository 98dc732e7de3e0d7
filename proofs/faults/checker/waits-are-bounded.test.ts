import { expect, test } from 'vitest';
import type { Evidence, Life } from './evidence.ts';
import { evidence, life } from './made-up.ts';
import { waitsAreBounded } from './waits-are-bounded.ts';

/** The second attempt of a record, which failed at 1 s, began so late: 200 ms are the most, and 2 s are borne. */
const second = (ms: number, between = '') => `P 1 t/0\n F 1000 t 0 0 1\n${between}\n B ${ms} t 0 0`;
const said = (ledger: string, given: Partial<Life> = {}, more: Partial<Evidence> = {}) => {
  const lines = ledger.split('\n').filter((line) => line.trim() !== '');
  return waitsAreBounded(evidence({ lives: [life('c1', lines.join('\n'), given)], ...more })).length;
};

test('a wait is no longer than its step on the curve, nor than the cap', () => {
  expect([3_190, 3_210].map((ms) => said(second(ms)))).toEqual([0, 1]);
  const afterMany = (ms: number) => `P 1 t/0\n F 1000 t 0 0 9\n B ${ms} t 0 0`;
  expect([3_990, 4_010].map((ms) => said(afterMany(ms)))).toEqual([0, 1]);
});

test('what holds an attempt up explains it, where it lies in the wait', () => {
  expect(['R 1500 t/0', 'N 1500 t 0 7', 'P 1500 t/0'].map((line) => said(second(9_000, line)))).toEqual([
    0, 0, 0,
  ]);
  expect(said(`P 1 t/0\n N 900 t 0 7\n F 1000 t 0 0 1\n B 9000 t 0 0`)).toBe(1);
  expect(said(second(9_000), { stops: [{ fromUs: 2e6, toUs: 3e6 }] })).toBe(0);
  expect(said(second(9_000), { stops: [{ fromUs: 20e6, toUs: 30e6 }] })).toBe(1);
  const outage = { kind: 'broker' as const, fromUs: 2e6, toUs: 3e6, healedUs: 3e6 };
  expect(said(second(9_000), {}, { outages: [outage] })).toBe(0);
});

test('a gate that was shut says when the next attempt is, and so do handlers that take all places', () => {
  expect(said(second(9_000, 'B 1100 t 0 5\n F 1200 t 0 5 outage'))).toBe(0);
  // Four places, three of them taken.
  expect(said(second(9_000, 'B 1100 t 0 5\n B 1101 t 0 6\n B 1102 t 0 7'))).toBe(0);
  expect(said(second(9_000, 'B 1100 t 0 5\n B 1101 t 0 6\n H 1102 t 0 6 x\n B 1103 t 0 7'))).toBe(1);
});

test('a process that got no turn is late by as much', () => {
  const looks = (lastMs: number) => `M 1100 1 1 -\n M 2100 1 1 -\n M ${lastMs} 1 1 -`;
  expect(said(second(5_900, looks(5_850)))).toBe(0);
  expect(said(second(5_900, looks(3_100)))).toBe(1);
});
