import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { createLedgerTail } from './ledger-tail.ts';

test('lines are counted by their marks as they come, the first and one that came in two pieces too', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'ledger-'));
  const file = path.join(folder, 'c1.ledger');
  const tail = createLedgerTail.bind(null, file);
  writeFileSync(file, 'P\t1\tt/0\nB\t2\tt\t0\t0\n');
  const { count } = tail();
  expect([count('P'), count('B'), count('R')]).toEqual([1, 1, 0]);
  appendFileSync(file, 'B\t3\tt\t0\t1\nR\t4\tt');
  expect([count('B'), count('R')]).toEqual([2, 0]);
  appendFileSync(file, '/0\n');
  expect([count('B'), count('R'), count('P')]).toEqual([2, 1, 1]);
  rmSync(folder, { recursive: true });
});
