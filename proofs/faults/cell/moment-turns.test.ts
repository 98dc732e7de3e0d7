import { expect, test } from 'vitest';
import type { Moment } from './moments.ts';
import { momentTurns } from './moment-turns.ts';
import { createRandom } from './random.ts';

const seeds = Array.from({ length: 50 }, (_, seed) => seed);
const moments: readonly Moment[] = ['load', 'load', 'idle', 'rebalance'];

test('every moment has a turn before one that is named twice has its second', () => {
  for (const seed of seeds) {
    const turns = momentTurns(moments, createRandom(seed));
    expect(new Set(turns.slice(0, 3))).toEqual(new Set(['load', 'idle', 'rebalance']));
    expect(turns.slice(3)).toEqual(['load']);
  }
});

test('the seed says which one comes first, and each one does for some', () => {
  const first = seeds.map((seed) => momentTurns(moments, createRandom(seed))[0]);
  expect(new Set(first)).toEqual(new Set(['load', 'idle', 'rebalance']));
  expect(momentTurns(moments, createRandom(7))).toEqual(momentTurns(moments, createRandom(7)));
});
