import { expect, test } from 'vitest';
import { check } from '../checker/check.ts';
import { evidence, handled, life, log, written } from '../checker/made-up.ts';
import { nowUs } from '../preload/ledger-line.ts';
import { createAllowance } from './allowance.ts';
import type { CommitWatch } from './commit-watch.ts';
import type { Writer } from './writer.ts';

const placed = log(4).map((record) => ({ ...record, headers: { 'record-id': `r${record.offset}` } }));

/** Four records: 0 is handled and deleted, 1 is deleted before that, 2 and 3 are there. */
const found = evidence({
  written: written(4),
  log: log(4).slice(2),
  ends: new Map([['t/0', 4]]),
  committed: new Map([['t/0', 4]]),
  lives: [life('c1', `P 1 t/0\n ${handled(2, 0)}\n ${handled(3, 2)}\n ${handled(4, 3)}`)],
});

test('what was deleted below a floor is not missed, what was handled of it stays to be checked', () => {
  const allowance = createAllowance();
  allowance.mayGo('t/0', 0, 2);
  const judged = allowance.apply(found, placed);
  expect(judged.log.map(({ offset }) => offset).toSorted((a, b) => a - b)).toEqual([0, 2, 3]);
  expect(judged.written.map(({ id }) => id)).toEqual(['r0', 'r2', 'r3']);
  expect(check(judged)).toEqual([]);
});

test('what is lost at or above the floor is missed', () => {
  const allowance = createAllowance();
  allowance.mayGo('t/0', 0, 1);
  expect(check(allowance.apply(found, placed)).join('\n')).toContain('r1 was acknowledged and is not in t');
});

test('what was committed before it was deleted is settled, or it is missed', () => {
  const allowance = createAllowance();
  allowance.mayGo('t/0', 2, 3);
  expect(check(allowance.apply(found, placed)).join('\n')).toMatch(/I1: .*t\/0@1/);
});

test('nothing is allowed at first', () => {
  expect(check(createAllowance().apply(found, placed)).join('\n')).toContain('r0 was acknowledged');
});

test('what a compacted log has no more is not missed where a later record of its key is there', () => {
  const ofOneKey = placed.map((record) => ({ ...record, key: Buffer.from(record.offset < 3 ? 'a' : 'b') }));
  const inLog = found.log.map((record, at) => ({ ...record, key: Buffer.from(at === 0 ? 'a' : 'b') }));
  const allowance = createAllowance();
  allowance.startCompaction();
  const judged = allowance.apply({ ...found, log: inLog }, ofOneKey);
  expect(judged.written.map(({ id }) => id)).toEqual(['r0', 'r2', 'r3']);
  expect(check(judged)).toEqual([]);
});

test('the last record of a key is missed in a compacted log', () => {
  const allowance = createAllowance();
  allowance.startCompaction();
  const ofTheirOwn = placed.map((record) => ({ ...record, key: Buffer.from(`key-${record.offset}`) }));
  expect(check(allowance.apply(found, ofTheirOwn)).join('\n')).toContain('r1 was acknowledged');
});

test('once a topic was made anew, a commit that names the old one is no position in its log', () => {
  const allowance = createAllowance();
  const startedOverMs = nowUs() / 1e3;
  const watch = { looks: [] } as unknown as CommitWatch;
  const writer = { written: [], placed: [] } as unknown as Writer;
  allowance.startOver({ watch, writer, logGone: true });
  const [old, anew] = [';topic-id:0a', ';topic-id:0b'];
  const judged = (metadata: string) =>
    allowance.apply(
      evidence({
        log: log(7),
        ends: new Map([['t/0', 7]]),
        lives: [
          life(
            'c1',
            `C ${startedOverMs - 1} t/0:7:${old}\n C ${startedOverMs + 1_000} t/0:7:${metadata}\n A ${startedOverMs + 1_001} acknowledged t/0:7:${metadata}`,
          ),
        ],
      }),
      [],
    );
  expect(check(judged(old)).join('\n')).not.toContain('was not settled');
  expect(check(judged(anew)).join('\n')).toContain('t/0:7 while 0 was not settled');
});

test('what was deleted behind what is committed and handled by nobody is to be counted as gone, once', () => {
  const allowance = createAllowance();
  allowance.mayGo('t/0', 1, 2);
  allowance.mayGo('t/0', 1, 3);
  const counts = allowance.apply(found, placed).gone.map(({ partition, count }) => [partition, count]);
  expect(counts).toEqual([
    ['t/0', 1],
    ['t/0', 0],
  ]);
  const uncommitted = createAllowance();
  uncommitted.mayGo('t/0', 0, 2);
  expect(uncommitted.apply(found, placed).gone).toEqual([]);
});
