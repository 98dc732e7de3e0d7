import { expect, test } from 'vitest';
import type { HealthLook, Outage } from './evidence.ts';
import { healthTells } from './health-tells.ts';
import { evidence, life } from './made-up.ts';

const lives = [life('c1', 'P 1 t/0')];
const outage: Outage = { kind: 'kafka', fromUs: 10e6, toUs: 60e6, healedUs: 62e6 };
const look = (given: Partial<HealthLook>): HealthLook => ({
  name: 'c1',
  route: '/readyz',
  fromUs: 30e6,
  toUs: 30.1e6,
  status: 503,
  text: 'Kafka is away: ECONNREFUSED',
  ...given,
});
const said = (given: Partial<HealthLook>, outages = [outage]) =>
  healthTells(evidence({ lives, outages, healthLooks: [look(given)] })).length;

test('an outage is told with its reason, from 15 s on', () => {
  expect(said({})).toBe(0);
  expect(said({ status: 200 })).toBe(1);
  expect(said({ text: 'stopping' })).toBe(1);
  expect(said({ status: 200, fromUs: 24e6 })).toBe(0);
});

test('what begins to come back may be told as it is', () => {
  expect(said({ status: 200, toUs: 61e6 })).toBe(0);
});

test('one that came later, or has no partition, is not asked for its reason', () => {
  const late = [life('c1', 'P 20000 t/0')];
  const looks = { outages: [outage], healthLooks: [look({ status: 200 })] };
  expect(healthTells(evidence({ lives: late, ...looks }))).toEqual([]);
  expect(healthTells(evidence({ lives: [life('c1', 'P 1')], ...looks }))).toEqual([]);
});

test('one broker of some need not be missed', () => {
  expect(said({ status: 200 }, [{ ...outage, kind: 'broker' }])).toBe(0);
});

test('nothing that a restart would not cure makes a consumer ill, but for a moment after it was stopped', () => {
  const ill = look({ route: '/healthz', text: 'silent' });
  const stops = [{ fromUs: 20e6, toUs: 29e6 }];
  expect(healthTells(evidence({ lives, outages: [outage], healthLooks: [ill] }))).toHaveLength(1);
  expect(healthTells(evidence({ lives: [life('c1', 'P 1 t/0', { stops })], healthLooks: [ill] }))).toEqual(
    [],
  );
});

test('a handler that does not end asks for a restart, until it ends', () => {
  // Its time is 1 s.
  const stuck = [life('c1', 'P 1 t/0\n B 20000 t 0 0\n F 40000 t 0 0 0')];
  const health = (status: number, atMs: number) =>
    healthTells(
      evidence({
        lives: stuck,
        healthLooks: [look({ route: '/healthz', status, fromUs: atMs * 1e3, toUs: atMs * 1e3 + 1 })],
      }),
    ).length;
  expect([21_900, 22_100, 39_900, 40_100].map((ms) => health(503, ms))).toEqual([1, 0, 0, 1]);
  expect([21_900, 26_900, 27_100, 40_100].map((ms) => health(200, ms))).toEqual([0, 0, 1, 0]);
});
