import { killOne, terminateOne } from '../cell/actions.ts';
import type { Cell } from '../cell/cell.ts';
import type { MadeRecord } from '../cell/make-record.ts';
import type { Random } from '../cell/random.ts';
import { until } from '../cell/until.ts';
import type { Scenario } from '../scenario.ts';

const HEADERS = 20_000;
/** A stock kafkajs takes time that grows with the square of their number to read them. */
const NAMES = 1_000;
const VALUE_BYTES = 1024 * 1024 - 16 * 1024;
const MAX_RECORD_BYTES = 800_000;
const LARGE_TIMEOUT_MS = 60_000;

/** Very many headers of a few bytes each, all of one name or each of its own. */
function withHeaders(record: MadeRecord, random: Random): MadeRecord {
  const value = Buffer.from('v');
  const names = random.next() < 0.5;
  const more: MadeRecord['headers'] = names
    ? Object.fromEntries(Array.from({ length: NAMES }, (_, at) => [`header-${at}`, value]))
    : { again: Array.from({ length: HEADERS }, () => value) };
  return { ...record, headers: { ...record.headers, ...more } };
}

/** The event with a field that nobody knows, of so many bytes. */
function withField(record: MadeRecord, bytes: number): MadeRecord {
  if (record.poison || record.value === null) return record;
  const event = JSON.parse(String(record.value)) as object;
  return { ...record, value: Buffer.from(JSON.stringify({ ...event, more: 'x'.repeat(bytes) })) };
}

/** One in a hundred has very many headers, one a large value, and one is larger than what may be taken. */
function shape(record: MadeRecord, random: Random): MadeRecord {
  const one = random.next();
  if (one < 0.01) return withHeaders(record, random);
  if (one < 0.02) return withField(record, MAX_RECORD_BYTES - 20_000);
  if (one < 0.03) return { ...withField(record, VALUE_BYTES), poison: true };
  return record;
}

/** Records with 20,000 headers, values of nearly a MB, and records above MAX_RECORD_BYTES, while members end. */
export const scenario: Scenario = {
  name: 'records-large',
  recordsPerSec: 100,
  poisonRatio: 0.1,
  rounds: 3,
  env: { MAX_RECORD_BYTES: String(MAX_RECORD_BYTES) },
  shape,
  moments: ['load', 'rebalance'],
  async inject(cell, random) {
    const enough = cell.writer.written.length + 300;
    await until(() => cell.writer.written.length >= enough, LARGE_TIMEOUT_MS);
    if (await until(() => someTooLarge(cell), LARGE_TIMEOUT_MS)) cell.did('record too large');
    await random.pick([killOne, terminateOne])(cell, random);
  },
  happened: (tally) => tally.of('record too large') > 0,
};

/** Whether one of those that run has written a letter of a record above its limit. */
async function someTooLarge(cell: Cell): Promise<boolean> {
  const metrics = await Promise.all(
    cell.running().map((one) => one.get('/metrics').catch(() => ({ text: '' }))),
  );
  return metrics.some(({ text }) => text.includes('code="RECORD_TOO_LARGE"'));
}
