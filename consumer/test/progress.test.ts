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

test('records that settle at once between others that wait: what is kept account of, and what is settled, is known of each', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(), { maxLength: 300 }), (draws) => {
      const progress = new Progress('t', 0, 0);
      const waiting: number[] = [];
      let settled: number[] = [];
      let offset = 0;
      for (const draw of draws) {
        const at = draw % 3;
        if (at === 0 && waiting.length > 0) {
          const [ended] = waiting.splice(draw % waiting.length, 1) as [number];
          progress.settle(ended, handled);
          settled.push(ended);
        } else if (at === 1) {
          progress.begin(offset, offset * 10);
          waiting.push(offset++);
        } else {
          progress.settleNext(offset, offset * 10, handled);
          settled.push(offset++);
        }
        const low = waiting[0] ?? offset;
        settled = settled.filter((one) => one > low).toSorted((a, b) => a - b);
        const ranges = progress.ranges();
        const inRanges = ranges.flatMap(({ first, last }) =>
          Array.from({ length: last - first + 1 }, (_, n) => first + n),
        );
        expect(inRanges).toEqual(settled);
        expect(ranges.some(({ first }, n) => first === (ranges[n - 1]?.last ?? -2) + 1)).toBe(false);
        expect([progress.low, progress.waiting, progress.tracked, progress.lowTimestampMs]).toEqual([
          low,
          waiting.length,
          waiting.length + settled.length,
          waiting.length === 0 ? null : low * 10,
        ]);
        expect(progress.committable().metadata === '').toBe(settled.length === 0);
      }
    }),
  );
});

test('metadata that is too long keeps the lowest ranges, and damaged or foreign text gives none', () => {
  const ranges = Array.from({ length: 5_000 }, (_, n) => ({ first: 1 + n * 1_000, last: 1 + n * 1_000 }));
  const text = encodeRanges(0, ranges);
  expect(text.length).toBeLessThanOrEqual(4_096);
  const fitted = decodeRanges(0, text);
  expect(fitted.length).toBeGreaterThan(900);
  expect(fitted).toEqual(ranges.slice(0, fitted.length));
  expect(decodeRanges(0, 'someone else’s')).toEqual([]);
  expect(decodeRanges(0, 'settled-v1:gA==')).toEqual([]);
});

test('whatever is settled above fits into a commit, as long as nothing is begun that might not', () => {
  fc.assert(
    fc.property(
      fc.infiniteStream(fc.nat(2 ** 31 - 1)),
      fc.constantFrom(1, 3, 200, 70_000),
      (draws, gapMax) => {
        const draw = (below: number): number => (draws.next().value as number) % below;
        const progress = new Progress('t', 0, 0);
        const waiting: number[] = [];
        let offset = 0;
        for (let step = 0; step < 4_000; step += 1) {
          offset += 1 + draw(gapMax);
          if (progress.fits(offset)) {
            if (waiting.length === 0 || draw(2) === 0) {
              progress.begin(offset, 0);
              waiting.push(offset);
            } else progress.settleNext(offset, 0, handled);
          } else {
            // The first one stays: it is what holds all others.
            const [at] = waiting.splice(1 + draw(waiting.length - 1), 1) as [number];
            progress.settle(at, handled);
          }
          if (step % 100 > 0) continue;
          const ranges = progress.ranges();
          expect(decodeRanges(progress.low, encodeRanges(progress.low, ranges))).toEqual(ranges);
        }
      },
    ),
    { numRuns: 20 },
  );
});

test('it takes no more while what is settled above would not fit', () => {
  const progress = new Progress('t', 0, 0);
  let begun = 0;
  for (let offset = 0; progress.fits(offset) && begun < 20_000; offset += 3, begun += 1) {
    progress.begin(offset, 0);
    progress.settleNext(offset + 1, 0, handled);
  }
  expect(begun).toBeGreaterThan(1_400);
  expect(begun).toBeLessThan(1_600);
});

test('one record that waits is no reason to stop, however far it is behind', () => {
  const progress = new Progress('t', 0, 0);
  progress.begin(0, 0);
  progress.settleNext(1, 0, handled);
  progress.settleNext(100_000_000, 0, handled);
  expect(progress.fits(200_000_000)).toBe(true);
});

test('a record far beyond a gap counts with its own offset', () => {
  const progress = new Progress('t', 0, 0);
  let offset = 0;
  for (; progress.fits(offset + 1); offset += 2) {
    progress.begin(offset, 0);
    progress.settleNext(offset + 1, 0, handled);
  }
  const before = progress.ranges();
  expect(decodeRanges(progress.low, encodeRanges(progress.low, before))).toEqual(before);
  progress.settle(0, handled);
  expect([progress.fits(offset + 1), progress.fits(offset + 2 ** 40)]).toEqual([true, false]);
});
