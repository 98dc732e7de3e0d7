import { limitLetters, takeLetters } from '../cell/dlq-actions.ts';
import type { Cell } from '../cell/cell.ts';
import { countMarks } from '../cell/moments.ts';
import { expectHeldLetters } from '../cell/refused-letters.ts';
import { until } from '../cell/until.ts';
import type { Scenario } from '../scenario.ts';

/** No whole letter fits in with such headers; each that is shrunk does. */
const PADDING_BYTES = 8_000;
const SHRUNK_FITS_BYTES = 4_000;
const NONE_FITS_BYTES = 500;
const LETTERS_TIMEOUT_MS = 30_000;

/**
 * The dead letter topic takes letters only when they are shrunk, then not even those, so that partitions are held and
 * nothing of them is begun, then all whole ones again.
 */
export const scenario: Scenario = {
  name: 'letter-limit',
  poisonRatio: 0.1,
  paddingBytes: PADDING_BYTES,
  recordsPerSec: 200,
  rounds: 3,
  moments: ['load', 'rebalance'],
  async inject(cell, random) {
    const room = cell.times.away('room');
    await limitLetters(cell, SHRUNK_FITS_BYTES);
    const before = countMarks(cell, 'W');
    if (await until(() => countMarks(cell, 'W') >= before + 10, LETTERS_TIMEOUT_MS)) cell.did('shrunk');
    else cell.complaints.push('letters were not written although they fit in when they are shrunk');
    await limitLetters(cell, NONE_FITS_BYTES);
    await expectHeldLetters(cell, random);
    await expectNothingBegun(cell);
    await room.back(() => takeLetters(cell));
    const held = countMarks(cell, 'W');
    if (await until(() => countMarks(cell, 'W') > held, LETTERS_TIMEOUT_MS)) cell.did('whole again');
  },
  happened: (tally) => tally.of('shrunk') > 0 && tally.of('held') > 0 && tally.of('whole again') > 0,
};

/** While a consumer says that it holds a partition, it begins no handler of it. */
async function expectNothingBegun(cell: Cell): Promise<void> {
  const looks = cell.running().map(async (consumer) => {
    const { text } = await consumer.get('/readyz').catch(() => ({ text: '' }));
    const held = [...text.matchAll(/([\w-]+\/\d+) is held: /g)].flatMap(([, name]) => name ?? []);
    const from = consumer.life().steps.length;
    await until(() => consumer.life().steps.length > from + 20, 2_000);
    const later = consumer.life().steps.slice(from);
    // What it is given anew it must try anew.
    if (held.length === 0 || later.some(({ mark }) => mark === 'P' || mark === 'X')) return;
    cell.did('looked at what is held');
    const begun = later.filter(({ mark, partition }) => mark === 'B' && held.includes(partition));
    if (begun.length > 0)
      cell.complaints.push(`${consumer.name} began ${begun.length} records of partitions that it holds`);
  });
  await Promise.all(looks);
}
