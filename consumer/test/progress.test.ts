import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Progress } from '../src/progress.ts';
import { Settled } from '../src/settled.ts';
import { decodeRanges, encodeRanges } from '../src/settled-ranges.ts';

const handled = Settled.byHandler;

test('in order it is one number', () => {
  const progress = new Progress('t', 0, 5);
  for (const offset of [5, 6, 9]) progress.settleNext(offset, 0, handled);
  expect(progress.committable()).toEqual({ topic: 't', partition: 0, offset: 10, metadata: '' });
  progress.reach(12);
  expect(progress.low).toBe(12);
});

test('what is settled above a record that waits travels in the metadata, and is skipped by the next owner', () => {
  const progress = new Progress('t', 0, 0);
  progress.begin(0, 0);
  progress.settleNext(1, 0, handled);
  progress.begin(4, 0);
  progress.settleNext(5, 0, handled);
  const { offset, metadata } = progress.committable();
  expect(offset).toBe(0);
  const next = new Progress('t', 0, offset, decodeRanges(offset, metadata));
  expect([0, 1, 4, 5, 6].map((at) => at !== 0 && next.skipIfSettledEarlier(at, 0))).toEqual([
    false,
    true,
    false,
    true,
    false,
  ]);
});

test('settling twice, or what was never begun, is a bug', () => {
  const progress = new Progress('t', 0, 0);
  progress.begin(0, 0);
  progress.begin(1, 0);
  progress.settle(1, handled);
  expect(() => progress.settle(1, handled)).toThrow('not waiting');
  expect(() => progress.settle(7, handled)).toThrow('not waiting');
});

test('any order of settling: the low-water mark is the first that waits, and the ranges are exactly what is settled above', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.nat(400), { minLength: 1 }),
      fc.infiniteStream(fc.nat()),
      (picked, order) => {
        const offsets = picked.toSorted((a, b) => a - b);
        const progress = new Progress('t', 0, 0);
        for (const offset of offsets) progress.begin(offset, 0);
        const waiting = [...offsets];
        const settled: number[] = [];
        while (waiting.length > 0) {
          const [offset] = waiting.splice((order.next().value as number) % waiting.length, 1) as [number];
          progress.settle(offset, handled);
          settled.push(offset);
          expect(progress.low).toBe(waiting[0] ?? progress.through);
          const { metadata } = progress.committable();
          const ranges = decodeRanges(progress.low, metadata);
          const above = offsets.filter((at) => ranges.some(({ first, last }) => first <= at && at <= last));
          expect(above).toEqual(settled.filter((at) => at > progress.low).toSorted((a, b) => a - b));
        }
      },
    ),
  );
});

test('metadata that is too long keeps the lowest ranges, and damaged or foreign text gives none', () => {
  const ranges = Array.from({ length: 5_000 }, (_, n) => ({ first: 1 + n * 1_000, last: 1 + n * 1_000 }));
  const { text, fitted } = encodeRanges(0, ranges);
  expect(text.length).toBeLessThanOrEqual(4_096);
  expect(fitted).toBeGreaterThan(900);
  expect(decodeRanges(0, text)).toEqual(ranges.slice(0, fitted));
  expect(decodeRanges(0, 'someone else’s')).toEqual([]);
  expect(decodeRanges(0, 'settled-v1:gA==')).toEqual([]);
});

test('it takes no more while what is settled above would not fit', () => {
  const progress = new Progress('t', 0, 0);
  for (let offset = 0; offset < 9_000; offset += 3) {
    progress.begin(offset, 0);
    progress.settleNext(offset + 1, 0, handled);
  }
  expect(progress.fits(0)).toBe(false);
});
