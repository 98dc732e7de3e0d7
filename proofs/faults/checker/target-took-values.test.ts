import { expect, test } from 'vitest';
import { fingerprint } from '../fingerprint.ts';
import { evidence, log } from './made-up.ts';
import { targetTookValues } from './target-took-values.ts';

const event = '{"eventId":"e0","eventTime":"2026-01-01T00:00:00Z"}';

/** What is said where the target took `body` with the id, and the log holds `value`. */
function said(body: string, value = event, eventId = 'e0'): string[] {
  const taken = { eventId, fingerprint: fingerprint(Buffer.from(body)), us: 1 };
  const records = log(1).map((record) => ({ ...record, value: Buffer.from(value) }));
  return targetTookValues(evidence({ log: records, targetTaken: [taken] }));
}

test('a body is its record, bit for bit', () => {
  expect(said(event)).toEqual([]);
  expect(said(event.slice(0, -1))).toEqual(['I4: the target took e0 with another body than its record has']);
  expect(said(`${event} `)).toHaveLength(1);
  expect(said('')).toHaveLength(1);
});

test('an event without a time of its own is given one, and is not compared', () => {
  expect(said('{"eventTime":"2026-01-01T00:00:00Z","eventId":"e0"}', '{"eventId":"e0"}')).toEqual([]);
});

test('what the log has no more is not compared, and where nothing is forwarded nothing is', () => {
  expect(said('another', event, 'e1')).toEqual([]);
  expect(said('another', 'no event')).toEqual([]);
  expect(targetTookValues(evidence({ log: log(1) }))).toEqual([]);
});
