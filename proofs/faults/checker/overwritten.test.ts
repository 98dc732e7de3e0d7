import { expect, test } from 'vitest';
import { evidence, handled, life, log } from './made-up.ts';
import { noRepeats } from './no-repeats.ts';

const lost = 'P 0.5 t/0\n C 1 t/0:0:\n A 2 unknown t/0:0:';
const done = `B 2.5 t 0 0\n ${handled(3, 0)}`;
const committed = 'C 4 t/0:1:\n A 5 acknowledged t/0:1:';
const owner = life('c1', `${lost}\n ${done}\n ${committed}`);
/** Begins the partition there, and does record 0 again. */
const next = (ledger = 'P 8000 t/0\n B 8990 t 0 0') => life('c2', `${ledger}\n ${handled(9_000, 0)}`);
const said = (...lives: ReturnType<typeof life>[]) => noRepeats(evidence({ log: log(3), lives })).length;

test('an older commit without an answer may come into force behind one of the record, and another one goes on from there', () => {
  expect(said(owner, next())).toBe(0);
  // It keeps the partition over a later deal, and comes to the record then.
  expect(said(owner, next('P 8000 t/0\n N 8001 t 0 0\n P 8500 t/0 t/1\n B 8990 t 0 0'))).toBe(0);
});

test('without such a commit, or one of the record behind it, nothing is explained', () => {
  expect(said(life('c1', `P 0.5 t/0\n ${done}\n ${committed}`), next())).toBe(1);
  expect(said(life('c1', `${lost}\n ${done}`), next())).toBe(1);
  // Sent behind it; and one that has the record itself.
  expect(
    said(life('c1', `P 0.5 t/0\n ${done}\n ${committed}\n ${lost.slice(lost.indexOf('C'))}`), next()),
  ).toBe(1);
  const withIt = 'C 3.5 t/0:0:settled-v1:AAA=\n A 3.6 unknown t/0:0:settled-v1:AAA=';
  expect(said(life('c1', `P 0.5 t/0\n ${done}\n ${withIt}\n ${committed}`), next())).toBe(1);
});

test('the same one keeps what it had committed', () => {
  expect(
    said(life('c1', `${lost}\n ${done}\n ${committed}\n P 8000 t/0\n B 8990 t 0 0\n ${handled(9_000, 0)}`)),
  ).toBe(1);
});

test('in a later generation a lost commit takes no effect any more', () => {
  const kept = life(
    'c1',
    `${lost}\n ${done}\n ${committed}\n P 6 t/0\n C 7 t/0:2:\n A 8 acknowledged t/0:2:`,
  );
  expect(said(kept, next())).toBe(1);
  expect(said(owner, life('c3', 'P 6 t/0\n R 7 t/0\n P 8 t/1'), next())).toBe(1);
});

test('who does not begin where the late commit says goes on from something else', () => {
  // Of three records it leaves all to be done, and this one begins with the second.
  const ledger = `P 8000 t/0\n B 8980 t 0 1\n ${handled(8_990, 1)}`;
  const first = life(
    'c1',
    `${lost}\n ${done}\n B 3.5 t 0 1\n ${handled(3.6, 1)}\n C 4 t/0:2:\n A 5 acknowledged t/0:2:`,
  );
  expect(said(first, life('c2', ledger))).toBe(1);
  // And this one with what lies before it.
  const later = lost.replaceAll('t/0:0:', 't/0:1:');
  const ofSecond = life(
    'c1',
    `${later}\n B 2.5 t 0 1\n ${handled(3, 1)}\n C 4 t/0:2:\n A 5 acknowledged t/0:2:`,
  );
  expect(said(ofSecond, life('c2', ledger))).toBe(0);
  expect(said(ofSecond, life('c2', ledger.replace('B 8980', 'B 8970 t 0 0\n B 8980')))).toBe(1);
});
