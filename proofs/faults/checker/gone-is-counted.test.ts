import { expect, test } from 'vitest';
import type { Life } from './evidence.ts';
import { goneIsCounted } from './gone-is-counted.ts';
import { evidence, life } from './made-up.ts';

const gone = [{ partition: 't/0', us: 10e3, count: 5 }];
const counts = (count: number, ledger = 'P 1 t/0\n M 20 1 1 -'): Life =>
  life('c1', ledger, { metrics: `consumer_records_gone_total{topic="t",partition="0"} ${count}\n` });
const said = (...lives: readonly Life[]) => goneIsCounted(evidence({ gone, lives })).length;

test('what was deleted unhandled is counted as gone, by one or by several', () => {
  expect([4, 5, 6].map((count) => said(counts(count)))).toEqual([1, 0, 0]);
  expect(said(counts(2), counts(3))).toBe(0);
  expect(said(life('c1', 'P 1 t/0\n M 20 1 1 -', { metrics: '' }))).toBe(1);
});

test('one that had the partition and left no counters may have counted it, unless it had ended before', () => {
  const silent = (ledger: string) => life('c2', ledger, { killedUs: 30e3 });
  expect(said(counts(0), silent('P 1 t/0\n M 20 1 1 -'))).toBe(0);
  expect(said(counts(0), silent('P 1 t/1\n M 20 1 1 -'))).toBe(1);
  expect(said(counts(0), silent('P 1 t/0\n M 9 1 1 -'))).toBe(1);
});
