import { createHash } from 'node:crypto';
import type { Letter } from '@event-pipeline/schemas/letter.ts';
import { rebuildOriginal } from '@event-pipeline/schemas/read-letter.ts';
import { expect } from 'vitest';
import type { ReadRecord } from '../../../producer/test/read-topics.ts';
import { total } from '../consumer-process.ts';
import type { HttpTarget } from '../http-target.ts';
import type { Partition, Seen, Sent } from './java-client.ts';
import { EXPECTED, TRUNCATED } from './plan.ts';

export const place = ({ topic, partition, offset }: Partition & { readonly offset: number }): string =>
  `${topic}/${partition}/${offset}`;

const RETRIES = 3;
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
/** Short enough for a difference that people read. */
const digest = (bytes: Buffer): string => `${bytes.toString('latin1', 0, 60)} ${sha256(bytes)}`;

/** The logs are those that the plan is about. */
export function checkLogs(seen: readonly Seen[]): void {
  for (const expected of EXPECTED) {
    const { topic, partition } = expected;
    const found = seen.find((one) => one.topic === topic && one.partition === partition);
    expect({ ...found, visible: found?.visible.length }).toEqual(expected);
  }
}

/** Those of the sent records that a client of read_committed sees. */
export function visibleOf(sent: readonly Sent[], seen: readonly Seen[]): Sent[] {
  const byPlace = new Map(sent.map((one) => [place(one), one]));
  return seen.flatMap(({ topic, partition, visible }) =>
    visible.map((offset) => byPlace.get(place({ topic, partition, offset })) as Sent),
  );
}

/** Of the visible records those that are to be handled were, each once. `lines` are the places of the lines that say so. */
export function checkHandled(lines: readonly string[], visible: readonly Sent[]): void {
  const wanted = visible.filter(({ record }) => record.outcome === 'handled');
  const handled = new Set(lines);
  const told = ({ record, ...at }: Sent) =>
    `${place(at)} ${record.outcome} ${String(record.value).slice(0, 80)}`;
  expect(wanted.filter((one) => !handled.has(place(one))).map(told)).toEqual([]);
  const refused = visible.filter(({ record }) => record.outcome !== 'handled');
  expect(refused.filter((one) => handled.has(place(one))).map(told)).toEqual([]);
  expect(handled.size).toBe(wanted.length);
  expect(lines).toHaveLength(wanted.length);
}

/** Each refused record has one letter, with its code and attempts, that rebuilds it bit for bit; nothing else has. */
export function checkLetters(letters: readonly ReadRecord[], refused: readonly Sent[]): void {
  const byPlace = new Map(letters.map((read) => [place(JSON.parse(String(read.value)) as Letter), read]));
  expect(letters).toHaveLength(refused.length);
  expect(new Set(byPlace.keys())).toEqual(new Set(refused.map(place)));
  for (const { record, timestampMs, ...at } of refused) {
    const { key, value, headers, outcome } = record;
    const letter = byPlace.get(place(at)) as ReadRecord;
    const { code, attempts, original } = JSON.parse(String(letter.value)) as Letter;
    expect([code, attempts]).toEqual([outcome, attemptsOf(outcome)]);
    expect(letter.key).toBe(key === null ? null : String(key));
    if (outcome === 'RECORD_TOO_LARGE') {
      expect(original.cut?.value?.sha256).toBe(sha256(value as Buffer));
      continue;
    }
    const rebuilt = rebuildOriginal(letter.value);
    expect({ ...rebuilt, headers: rebuilt?.headers.map(({ name, value: bytes }) => [name, bytes]) }).toEqual({
      key,
      value,
      timestampMs,
      headers: headers.map(([name, bytes]) => [String(name), bytes]),
    });
  }
}

function attemptsOf(outcome: Sent['record']['outcome']): number {
  if (outcome === 'RETRIES_EXHAUSTED') return 1 + RETRIES;
  return outcome === 'HANDLER_REJECTED' ? 1 : 0;
}

const FILLED = /^(\s*\{)"eventTime":"([^"]+)",/;

/** The target got the bytes of each handled record once, with `eventTime` in front where the record had none. */
export function checkForwarded({ received }: HttpTarget, handled: readonly Sent[]): void {
  const taken = received
    .filter(({ headers }) => !/^(rejected|failing) /.test(String(headers['idempotency-key'])))
    .map(({ body }) => body.toString('latin1'));
  const own = handled.map(({ record }) => digest(record.value as Buffer));
  const bodies = taken.map((body) => digest(Buffer.from(body.replace(FILLED, '$1'), 'latin1')));
  expect(bodies.toSorted()).toEqual(own.toSorted());

  const filled = taken.map((body) => FILLED.exec(body)?.[2]).filter((time) => time !== undefined);
  const timeless = handled.filter(({ record }) => isTimeless(record.value as Buffer));
  expect(filled).toHaveLength(timeless.length);
  const times = timeless.filter(({ timestampMs }) => timestampMs >= 0);
  expect(filled).toEqual(
    expect.arrayContaining(times.map(({ timestampMs }) => new Date(timestampMs).toISOString())),
  );
}

function isTimeless(value: Buffer): boolean {
  return !Object.hasOwn(JSON.parse(String(value)) as object, 'eventTime');
}

/** Committed is the last stable offset of each partition that has one beyond its start. */
export function checkCommitted(committed: ReadonlyMap<string, number>, seen: readonly Seen[]): void {
  const ends = seen.map(({ topic, partition, stableEnd }) => [`${topic}/${partition}`, stableEnd] as const);
  expect(committed).toEqual(new Map(ends));
}

/** What the counters say is what happened. */
export function checkCounters(metrics: string, handled: readonly Sent[], refused: readonly Sent[]): void {
  const counted = (name: string, labels = '') => total(metrics, name, labels);
  const all = handled.length + refused.length;
  expect(counted('consumer_records_received_total')).toBe(all);
  expect(counted('consumer_records_settled_total', 'outcome="handled"')).toBe(handled.length);
  expect(counted('consumer_records_settled_total', 'outcome="dead_lettered"')).toBe(refused.length);
  expect(counted('consumer_events_handled_total', 'event_type="user-deleted"')).toBe(handled.length);
  const codes = Object.groupBy(refused, ({ record }) => record.outcome);
  for (const [code, records] of Object.entries(codes)) {
    expect([code, counted('consumer_dead_letters_total', `code="${code}"`)]).toEqual([code, records.length]);
  }
  expect(counted('consumer_dead_letters_total')).toBe(refused.length);
  const failing = codes['RETRIES_EXHAUSTED']?.length ?? 0;
  expect(counted('consumer_retries_total')).toBe(RETRIES * failing);
  const { topic, partition, start, committed } = TRUNCATED;
  expect(counted('consumer_records_gone_total')).toBe(start - committed);
  const gone = `topic="${topic}",partition="${partition}"`;
  expect(counted('consumer_records_gone_total', gone)).toBe(start - committed);
}
