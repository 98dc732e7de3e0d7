import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Histogram } from '../src/histogram.ts';

test('each value is counted in the first bucket whose bound is not below it, whatever came before', () => {
  const bounds = [0.5, 1, 2, 10];
  const value = fc.oneof(
    fc.constantFrom(...bounds, 0, -1, Infinity),
    fc.double({ min: -1, max: 12, noNaN: true }),
  );
  fc.assert(
    fc.property(fc.array(value), (values) => {
      const histogram = new Histogram(bounds);
      const expected = [0, 0, 0, 0, 0];
      for (const one of values) {
        histogram.observe(one);
        const at = bounds.findIndex((bound) => one <= bound);
        const bucket = at < 0 ? bounds.length : at;
        expected[bucket] = (expected[bucket] as number) + 1;
      }
      expect(histogram.counts).toEqual(expected);
    }),
  );
});
