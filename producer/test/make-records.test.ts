import { base, en, Faker } from '@faker-js/faker';
import { createAccept } from '@event-pipeline/schemas/accept.ts';
import type { Event } from '@event-pipeline/schemas/event-types.ts';
import { loadContract } from '@event-pipeline/schemas/load-contract.ts';
import { expect, test } from 'vitest';
import { createRecordMaker, poisonKind, type OutgoingRecord } from '../src/make-records.ts';
import { poisonKinds } from '../src/poison.ts';
import { samples } from '../src/samples.ts';

const accept = createAccept(loadContract());
const now = Date.UTC(2026, 0, 2);

function made(count: number, { seed = 1, invalidRatio = 0, clock = () => now } = {}): OutgoingRecord[] {
  const faker = new Faker({ locale: [en, base] });
  faker.seed(seed);
  const make = createRecordMaker({ faker, samples, invalidRatio, accept, clock });
  return Array.from({ length: count }, () => make());
}

function eventOf(record: OutgoingRecord): Event {
  return JSON.parse(String(record.value)) as Event;
}

test('each event is one that the schemas accept, of now, on the topic of its type', () => {
  for (const record of made(2_000)) {
    expect(accept(record.value, 0)).toMatchObject({ kind: 'accepted', filledEventTime: null });
    const event = eventOf(record);
    expect(event).toMatchObject({ eventId: record.eventId, eventType: record.kind });
    expect(event.eventTime).toBe(new Date(now).toISOString());
    expect(record.topic).toBe(record.kind.startsWith('file') ? 'kafka-topics1' : 'kafka-topics2');
  }
});

test('all event types come, and ids of events and correlation never twice', () => {
  const records = made(2_000);
  expect(new Set(records.map(({ kind }) => kind))).toEqual(new Set(Object.keys(samples)));
  expect(new Set(records.map(({ eventId }) => eventId)).size).toBe(2_000);
  expect(new Set(records.map(({ correlationId }) => correlationId)).size).toBe(2_000);
});

test('the key is the entity, and what is removed was added before, once', () => {
  const there = new Set<string>();
  for (const record of made(5_000)) {
    const key = String(record.key);
    const { payload } = eventOf(record);
    expect(Object.values(payload)[0]).toBe(key);
    const appears = record.kind === 'file-added' || record.kind === 'user-created';
    expect([key, there.has(key)]).toEqual([key, !appears]);
    if (appears) there.add(key);
    else there.delete(key);
  }
});

/** What a seed has to fix: all but times and ids of events. */
function fixed(records: readonly OutgoingRecord[]): unknown[] {
  return records.map(({ topic, key, kind, value, eventId }) => {
    const text = String(value)
      .replaceAll(eventId, 'id')
      .replaceAll(/"\d{4}-\d\d-\d\dT[^"]*"/g, 'time');
    // One kind of poison puts a byte in place of the id's first.
    return { topic, key: String(key), kind, text: text.replace(`\ufffd${eventId.slice(1)}`, 'id') };
  });
}

test('a seed fixes kinds, entities and samples; times are now and ids new', () => {
  const first = made(500, { seed: 7, invalidRatio: 0.2 });
  const later = made(500, { seed: 7, invalidRatio: 0.2, clock: () => now + 60_000 });
  expect(fixed(later)).toEqual(fixed(first));
  expect(later.map(({ eventId }) => eventId)).not.toEqual(first.map(({ eventId }) => eventId));
  expect(fixed(made(500, { seed: 8, invalidRatio: 0.2 }))).not.toEqual(fixed(first));
});

test.each([
  [0, 200, 0],
  [0.05, 200, 10],
  [0.05, 20, 1],
  [0.5, 3, 2],
  [1, 50, 50],
])('with a share of %d, of %d records %d are poison', (invalidRatio, count, poison) => {
  const records = made(count, { invalidRatio });
  expect(records.filter(({ kind }) => kind === poisonKind)).toHaveLength(poison);
});

test('poison has a key, lies on the same topics, and each kind of it is refused', () => {
  const kinds = Object.keys(poisonKinds).length;
  const records = made(kinds * 10, { invalidRatio: 1 });
  const verdicts = records.map(({ value }) => accept(value, now));
  expect(verdicts.every(({ kind }) => kind === 'refusal')).toBe(true);
  expect(records.every(({ key }) => key.length > 0)).toBe(true);
  expect(new Set(records.map(({ topic }) => topic))).toEqual(new Set(['kafka-topics1', 'kafka-topics2']));
});

test('among as many pieces of poison as there are kinds, all verdicts of before the handler come up', () => {
  const records = made(Object.keys(poisonKinds).length, { invalidRatio: 1 });
  const codes = records
    .map(({ value }) => accept(value, now))
    .map((verdict) => 'code' in verdict && verdict.code);
  expect(new Set(codes)).toEqual(
    new Set([
      'EMPTY_VALUE',
      'INVALID_UTF8',
      'INVALID_JSON',
      'MISSING_REQUIRED_FIELD',
      'INVALID_SCHEMA',
      'UNKNOWN_EVENT_TYPE',
      'UNSUPPORTED_VERSION',
    ]),
  );
});

test('an event never refers to an entity of poison', () => {
  const records = made(2_000, { invalidRatio: 0.5 });
  const spoiled = new Set(records.filter(({ kind }) => kind === poisonKind).map(({ key }) => String(key)));
  const good = records.filter(({ kind }) => kind !== poisonKind).map(({ key }) => String(key));
  expect(good.filter((key) => spoiled.has(key))).toEqual([]);
});

test('a sample that breaks its schema is a bug that is named', () => {
  const broken = { ...samples['user-deleted'], draw: () => ({ key: 'k', payload: {} }) };
  const faker = new Faker({ locale: [en, base] });
  const make = createRecordMaker({
    faker,
    // @ts-expect-error -- the payload has to be wrong for this test
    samples: { 'user-deleted': broken },
    invalidRatio: 0,
    accept,
    clock: () => now,
  });
  expect(make).toThrow(/sample of user-deleted/);
});

test('a sample that is missing does not compile', () => {
  const { 'user-deleted': _, ...rest } = samples;
  // @ts-expect-error -- user-deleted has no sample here
  const incomplete = rest satisfies typeof samples;
  expect(Object.keys(incomplete)).toHaveLength(Object.keys(samples).length - 1);
});
