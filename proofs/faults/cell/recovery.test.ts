import { expect, test } from 'vitest';
import type { Evidence } from '../checker/evidence.ts';
import { evidence, handled, life, log, written } from '../checker/made-up.ts';
import { recoveriesMs } from './recovery.ts';

const killed = life('c1', 'P 1 t/0', { killedUs: 10e6 });
const of = (given: Partial<Evidence>) =>
  recoveriesMs(evidence({ written: written(2), log: log(2), ends: new Map([['t/0', 2]]), ...given }));

test('a recovery goes from the kill to the first record that another one handled', () => {
  expect(of({ lives: [killed, life('c2', handled(13_000, 0))] })).toEqual([3_000]);
});

test('where a broker was away at the kill, it goes from the healing, and the outage has one of its own', () => {
  const outages = [{ kind: 'broker' as const, fromUs: 9e6, toUs: 20e6, healedUs: 21e6 }];
  expect(of({ outages, lives: [killed, life('c2', handled(23_000, 0))] })).toEqual([2_000, 2_000]);
});

test('where nothing waits, it goes from the writing of the first record', () => {
  const later = written(2).map((record) => ({ ...record, us: 12.5e6 }));
  expect(of({ written: later, lives: [killed, life('c2', handled(13_000, 0))] })).toEqual([500]);
});

test('where the next owner is killed before it has handled one, only that kill counts', () => {
  const next = life('c2', 'P 16000 t/0', { killedUs: 16.1e6 });
  expect(of({ lives: [killed, next, life('c3', handled(22_100, 0))] })).toEqual([6_000]);
});

test('where the next owner had handled one before it was killed, both count', () => {
  const next = life('c2', `P 16000 t/0\n${handled(16_050, 0)}`, { killedUs: 16.1e6 });
  expect(of({ lives: [killed, next, life('c3', handled(22_100, 1))] })).toEqual([6_050, 6_000]);
});

test('the death of one that had other partitions changes nothing', () => {
  const other = life('c2', 'P 11000 t/1', { killedUs: 12e6 });
  expect(of({ lives: [killed, other, life('c3', handled(18_000, 0))] })).toEqual([8_000]);
});

test('the death of an earlier owner changes nothing', () => {
  const earlier = life('c2', 'P 0 t/0', { killedUs: 12e6 });
  expect(of({ lives: [killed, earlier, life('c3', handled(18_000, 0))] })).toEqual([8_000, 6_000]);
});

const cutOff = (name: string, steps: string, untilUs: number) =>
  life(name, steps, { stops: [{ fromUs: 10e6, toUs: untilUs }] });

test('where all were cut off at once, it goes from the healing to whoever handles first', () => {
  const owner = cutOff('c1', `P 1 t/0\n${handled(27_000, 0)}`, 25e6);
  const other = cutOff('c2', 'P 1 t/1\nP 26000 t/1', 25.5e6);
  expect(of({ lives: [owner, other] })).toEqual([2_000]);
});

test('where one was not, it goes from the cut to the first record that another one handled', () => {
  const owner = cutOff('c1', `P 1 t/0\n${handled(27_000, 1)}`, 25e6);
  const other = life('c2', `P 1 t/1\n${handled(18_000, 0)}`);
  expect(of({ lives: [owner, other] })).toEqual([8_000]);
});

test('where all of Kafka went away behind the kill, it goes from the healing, and the outage has one of its own', () => {
  const outages = [{ kind: 'kafka' as const, fromUs: 11e6, toUs: 20e6, healedUs: 21e6 }];
  expect(of({ outages, lives: [killed, life('c2', handled(23_000, 0))] })).toEqual([2_000, 2_000]);
});

test('where the target was away at the kill, or soon after, it goes from its healing', () => {
  const outage = (fromUs: number) => [{ kind: 'target' as const, fromUs, toUs: 20e6, healedUs: 21e6 }];
  const lives = [killed, life('c2', handled(23_000, 0))];
  expect([of({ outages: outage(9e6), lives }), of({ outages: outage(11e6), lives })]).toEqual([
    [2_000],
    [2_000],
  ]);
});

test('one that is cut while it joins may have been the next owner: it goes from that cut', () => {
  const joining = life('c2', 'P 1 t/1\nR 15500 t/1', { killedUs: 15.9e6 });
  expect(of({ lives: [killed, joining, life('c3', handled(22_000, 0))] })).toEqual([6_100]);
});
