import { expect, test } from 'vitest';
import { check } from './check.ts';
import type { Evidence } from './evidence.ts';
import { evidence, handled, letter, life, log, written } from './made-up.ts';

/** Two records, the second is poison; all went as it should. */
const good = {
  written: written(2, [1]),
  log: log(2),
  ends: new Map([['t/0', 2]]),
  committed: new Map([['t/0', 2]]),
  letters: [letter(1)],
  lives: [
    life(
      'c1',
      `P 1 t/0
       B 2 t 0 0
       ${handled(3, 0)}
       L 4 t 0 1
       W 5 t 0 1
       C 6 t/0:2:
       A 7 acknowledged t/0:2:`,
    ),
  ],
};

const rests = [
  { fromUs: 0, toUs: 5_000 },
  { fromUs: 10_000, toUs: 15_000 },
  { fromUs: 20_000, toUs: 25_000 },
];
/** What the heap of a process held in each of the rests. */
const heaps = (...bytes: readonly number[]) =>
  life('c2', bytes.map((held, rest) => `M ${10 * rest + 1} 5 10 ${held}`).join('\n'));

/** The committed position of the partition, as it was looked at. */
const looks = (...offsets: readonly number[]) =>
  offsets.map((offset, n) => ({
    partition: 't/0',
    offset,
    topicId: null,
    fromUs: (10 + n) * 1e3,
    toUs: (10.5 + n) * 1e3,
  }));

const breaches: [string, Partial<Evidence>][] = [
  ['I1', { lives: [life('c1', `P 1 t/0\n L 2 t 0 1\n W 3 t 0 1`)] }],
  ['I1', { letters: [] }],
  ['I1', { written: written(3, [1]) }],
  ['I1', { targetTaken: [] }],
  ['I2', { lives: [life('c1', `C 1 t/0:1:\n ${handled(2, 0)}\n L 3 t 0 1\n W 4 t 0 1`)] }],
  // Committed by nobody who says so.
  [
    'I2',
    { commitLooks: looks(2), lives: [life('c1', `P 1 t/0\n ${handled(2, 0)}\n L 20 t 0 1\n W 21 t 0 1`)] },
  ],
  // The range 1…1 above position 0.
  ['I2', { lives: [life('c1', `C 1 t/0:0:settled-v1:AQA=\n ${handled(2, 0)}\n L 3 t 0 1\n W 4 t 0 1`)] }],
  ['I3', { committed: new Map([['t/0', 1]]) }],
  ['I3', { committed: new Map() }],
  ['I4', { lives: [life('c1', `H 1 t 0 0 somethingelse000\n L 2 t 0 1\n W 3 t 0 1`)] }],
  ['I4', { lives: [...good.lives, life('c2', handled(9, 5))] }],
  ['I4', { log: log(2).map((record) => ({ ...record, value: Buffer.from('other') })) }],
  ['I5', { lives: [life('c1', `L 1 t 0 1\n W 2 t 0 1\n B 3 t 0 0\n ${handled(4, 0)}`)] }],
  ['I5', { lives: [...good.lives, life('c2', `B 1 t 0 1\n B 2 t 0 0`)] }],
  ['I6', { lives: [...good.lives, life('c2', handled(9, 0))] }],
  ['I6', { letters: [letter(1), letter(1)] }],
  ['I7', { commitLooks: looks(2, 1) }],
  [
    'I7',
    {
      commitLooks: looks(1, 2, 1),
      lives: [life('c2', `C 1 t/0:1:\n A 2 acknowledged t/0:1:`), ...good.lives],
    },
  ],
  // Kafka refuses what an earlier generation sent; a refused commit takes no effect; and one that is behind is none to send.
  ['I7', { commitLooks: looks(2, 1), lives: [life('c1', `C 2 t/0:1:\n A 3 unknown t/0:1:\n P 4 t/0`)] }],
  ['I7', { commitLooks: looks(2, 1), lives: [life('c1', `C 2 t/0:1:\n A 3 refused t/0:1:`)] }],
  [
    'I7',
    { commitLooks: looks(2, 1), lives: [life('c1', `C 2 t/0:2:\n A 3 acknowledged t/0:2:\n C 4 t/0:1:`)] },
  ],
  ['I7', { lives: [...good.lives, life('c2', `C 8 t/0:1:\n A 9 acknowledged t/0:1:`)] }],
  ['I8', { lives: [...good.lives, life('c2', `P 0 t/0\n B 9 t 0 0`)] }],
  // To be given another partition later makes nobody the owner of this one again.
  ['I8', { lives: [...good.lives, life('c2', `P 0 t/0\n P 8 t/1\n B 9 t 0 0`)] }],
  ['I8', { lives: [life('c1', `P 1 t/0\n L 2 t 0 1\n W 3 t 0 1`), life('c2', `P 0 t/0\n B 9 t 0 0`)] }],
  ['I8', { lives: [...good.lives, life('c2', `P 0 t/0\n C 8 t/0:2:\n A 9 acknowledged t/0:2:`)] }],
  ['I9', { letters: [letter(1, { value: 'v2' })] }],
  ['I9', { letters: [letter(1, { headers: [] })] }],
  ['I9', { letters: [letter(1, { timestamp: 7 })] }],
  ['I10', { letters: [letter(0), letter(1)] }],
  ['I10', { written: written(2) }],
  ['I10', { lives: [...good.lives, life('c2', `F 1 t 0 0 0\n B 30 t 0 0`)] }],
  ['I10', { lives: [...good.lives, life('c2', `F 1 t 0 0 2`)] }],
  ['I11', { complaints: ['not ready'] }],
  ['I12', { lives: good.lives.map((one) => ({ ...one, metrics: 'consumer_events_handled_total{} 2\n' })) }],
  ['I12', { lives: good.lives.map((one) => ({ ...one, handledLines: new Map() })) }],
  ['I12', { lives: good.lives.map((one) => ({ ...one, handledLines: new Map(), killedUs: 9_000 })) }],
  ['I13', { lives: good.lives.map((one) => ({ ...one, samples: [{ rssBytes: 1e9, openFiles: 3 }] })) }],
  ['I13', { lives: good.lives.map((one) => ({ ...one, samples: [{ rssBytes: 1e6, openFiles: 999 }] })) }],
  ['I13', { lives: [...good.lives, life('c2', 'M 1 50000 10 -')] }],
  ['I13', { lives: [...good.lives, life('c2', 'M 1 5 5000 -')] }],
  ['I13', { rests, lives: [...good.lives, heaps(8e6, 19e6)] }],
  // What the engine lets go hides nothing of what grows before or behind it.
  ['I13', { rests, lives: [...good.lives, heaps(26e6, 22e6, 24e6)] }],
  ['I13', { rests, lives: [...good.lives, heaps(22e6, 24e6, 20e6)] }],
  ['I13', { rests, lives: [...good.lives, life('c2', 'M 1 5 10 -\n M 11 55 10 -')] }],
  ['I13', { rests, lives: [...good.lives, life('c2', 'M 1 5 10 -\n M 11 5 60 -')] }],
];

test('nothing is said of a cell in which all went as it should', () => {
  expect(check(evidence(good))).toEqual([]);
});

test('a heap that shrinks once, and else goes up and down by a little, does not grow', () => {
  const lives = [...good.lives, heaps(24.0e6, 25.0e6, 19.5e6), heaps(25.0e6, 19.5e6, 20.5e6)];
  expect(check(evidence({ ...good, rests, lives }))).toEqual([]);
});

test('a commit without an answer may take effect behind a later one', () => {
  const lives = [
    life(
      'c1',
      `P 1 t/0\n B 2 t 0 0\n ${handled(3, 0)}\n C 4 t/0:1:\n A 5 unknown t/0:1:
       L 6 t 0 1\n W 7 t 0 1\n C 8 t/0:2:\n A 9 acknowledged t/0:2:`,
    ),
  ];
  expect(check(evidence({ ...good, commitLooks: looks(2, 1, 2), lives }))).toEqual([]);
});

test('another one may go on from a commit without an answer that came into force last, once', () => {
  const owner = life(
    'c1',
    `P 1 t/0\n C 4 t/0:1:\n A 5 unknown t/0:1:\n C 8 t/0:2:\n A 9 acknowledged t/0:2:`,
  );
  const next = `P 10 t/0\n C 11 t/0:1:\n A 12 acknowledged t/0:1:`;
  const back = (steps: string) =>
    check(evidence({ ...good, lives: [owner, life('c2', steps)] })).filter((text) => text.startsWith('I7'));
  expect(back(next)).toEqual([]);
  expect(
    back(`${next}\n C 13 t/0:2:\n A 14 acknowledged t/0:2:\n C 15 t/0:1:\n A 16 acknowledged t/0:1:`),
  ).toHaveLength(1);
  expect(back(`C 9.5 t/0:1:\n A 9.6 acknowledged t/0:1:`)).toHaveLength(1);
});

test.each(breaches)('%s is seen to be broken (%#)', (invariant, breach) => {
  const problems = check(evidence({ ...good, ...breach }));
  expect(problems.map((problem) => problem.split(':', 1)[0])).toContain(invariant);
});

test('a record that was begun, let go with its partition and begun again counts twice as received', () => {
  const steps = `P 1 t/0\n B 2 t 0 0\n R 3 t/0\n P 4\n P 5 t/0\n B 6 t 0 0\n ${handled(7, 0)}
     L 8 t 0 1\n W 9 t 0 1\n C 10 t/0:2:\n A 11 acknowledged t/0:2:`;
  const metrics = (received: number) => `consumer_records_received_total{} ${received}
consumer_records_settled_total{outcome="handled"} 1
consumer_records_settled_total{outcome="dead_lettered"} 1
consumer_events_handled_total{} 1
consumer_dead_letters_total{} 1
`;
  const counted = (received: number) =>
    check(evidence({ ...good, lives: [{ ...life('c1', steps), metrics: metrics(received) }] }));
  expect(counted(3)).toEqual([]);
  expect(counted(2)).not.toEqual([]);
});
