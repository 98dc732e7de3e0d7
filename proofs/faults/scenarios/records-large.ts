import { killOne, terminateOne } from '../cell/actions.ts';
import type { MadeRecord } from '../cell/make-record.ts';
import type { Random } from '../cell/random.ts';
import type { Scenario } from '../scenario.ts';

const MANY_HEADERS = 20_000;
const LARGE_BYTES = 900_000;

/** Once in a while a record with 20,000 headers, or one of nearly 1 MB: an event, or something that is none. */
function shape(record: MadeRecord, random: Random): MadeRecord {
  const kind = random.next();
  if (kind < 0.01) {
    const more = Object.fromEntries(Array.from({ length: MANY_HEADERS }, (_, at) => [`h${at}`, `${at}`]));
    return { ...record, headers: { ...record.headers, ...more } };
  }
  if (kind > 0.02 || record.value === null) return record;
  // Blanks after a JSON text are part of it; after what is none they cure nothing.
  return { ...record, value: Buffer.concat([record.value, Buffer.alloc(LARGE_BYTES, ' ')]) };
}

/** Records with 20,000 headers and of 1 MB stand among small ones, and consumers are killed and end. */
export const scenario: Scenario = {
  name: 'records-large',
  recordsPerSec: 100,
  poisonRatio: 0.2,
  rounds: 3,
  shape,
  moments: ['load', 'rebalance'],
  inject: (cell, random) => random.pick([killOne, terminateOne])(cell, random),
  happened: (tally) => tally.of('kill') + tally.of('terminate') > 0,
};
