import { expect, test } from 'vitest';
import { retryAfterMs } from '../src/retry-after.ts';

const NOW_MS = Date.UTC(2026, 0, 2, 3, 4, 5);

test.each([
  ['seconds', '7', 7000],
  ['none', '0', 0],
  ['the most that is honoured', '300', 300_000],
  ['more is cut to it', '301', 300_000],
  ['however much', '9'.repeat(400), 300_000],
  ['blanks around', ' 7 ', 7000],
  ['IMF-fixdate', 'Fri, 02 Jan 2026 03:04:35 GMT', 30_000],
  ['RFC 850', 'Friday, 02-Jan-26 03:04:35 GMT', 30_000],
  ['asctime, which means GMT', 'Fri Jan  2 03:04:35 2026', 30_000],
  ['a date gone by', 'Thu, 01 Jan 2026 00:00:00 GMT', 0],
  ['a date far ahead', 'Fri, 01 Jan 2027 00:00:00 GMT', 300_000],
])('%s', (_, header, waitMs) => {
  expect(retryAfterMs(header, NOW_MS)).toBe(waitMs);
});

test.each(['', 'soon', '-1', '1.5', '1e3', '2026-01-02T03:04:35Z', 'Fri, 99 Foo 2026 03:04:35 GMT', '7, 8'])(
  '%j says nothing',
  (header) => {
    expect(retryAfterMs(header, NOW_MS)).toBeNull();
  },
);

test('no header says nothing; of several the first counts', () => {
  expect(retryAfterMs(undefined, NOW_MS)).toBeNull();
  expect(retryAfterMs([], NOW_MS)).toBeNull();
  expect(retryAfterMs(['3', '4'], NOW_MS)).toBe(3000);
});
