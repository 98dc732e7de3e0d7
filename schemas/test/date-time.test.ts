import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isDateTime } from '../src/date-time.ts';

test.each([
  ['without a fraction', '2026-11-05T08:09:10Z'],
  ['with a fraction', '2026-11-05T08:09:10.5Z'],
  ['with a fraction of 20 digits', '2026-11-05T08:09:10.01234567890123456789Z'],
  ['east of UTC', '2026-11-05T08:09:10+05:45'],
  ['west of UTC', '2026-11-05T08:09:10.25-09:30'],
  ['with the largest offset', '2026-11-05T08:09:10+23:59'],
  ['with an unknown local offset', '2026-11-05T08:09:10-00:00'],
  ['in lower case', '2026-11-05t08:09:10z'],
  ['in the first year', '0000-01-01T00:00:00Z'],
  ['in the last year', '9999-12-31T23:59:59Z'],
  ['on a leap day', '2024-02-29T00:00:00Z'],
  ['on a leap day of a century', '2000-02-29T00:00:00Z'],
  ['on a leap day of the year 0', '0000-02-29T00:00:00Z'],
  ['on the 30th of a short month', '2026-04-30T00:00:00Z'],
  ['with a leap second', '2016-12-31T23:59:60Z'],
  ['with a leap second and a fraction', '2016-12-31T23:59:60.999Z'],
  ['with a leap second east of UTC', '2017-01-01T05:44:60+05:45'],
  ['with a leap second west of UTC', '2016-12-31T14:29:60-09:30'],
  ['with a leap second after midnight', '2017-01-01T00:59:60+01:00'],
])('a date-time %s', (_, text) => {
  expect(isDateTime(text)).toBe(true);
});

test.each([
  ['nothing', ''],
  ['a date alone', '2026-11-05'],
  ['a time alone', '08:09:10Z'],
  ['without an offset', '2026-11-05T08:09:10'],
  ['without an offset, with a fraction', '2026-11-05T08:09:10.123'],
  ['without seconds', '2026-11-05T08:09Z'],
  ['a week date', '2026-W45-4T08:09:10Z'],
  ['an ordinal date', '2026-309T08:09:10+00:00'],
  ['the basic format', '20261105T080910.0000Z'],
  ['a year of five digits', '12026-11-05T08:09:10Z'],
  ['a sign before the year', '+2026-11-05T08:09:10Z'],
  ['a month of one digit', '2026-1-05T08:09:10.00Z'],
  ['a day of one digit', '2026-11-5T08:09:10.00Z'],
  ['month 0', '2026-00-05T08:09:10Z'],
  ['month 13', '2026-13-05T08:09:10Z'],
  ['day 0', '2026-11-00T08:09:10Z'],
  ['day 32', '2026-12-32T08:09:10Z'],
  ['the 31st of a short month', '2026-11-31T08:09:10Z'],
  ['a leap day in a common year', '2026-02-29T08:09:10Z'],
  ['a leap day in a common century', '1900-02-29T08:09:10Z'],
  ['February 30', '2024-02-30T08:09:10Z'],
  ['a blank for the T', '2026-11-05 08:09:10Z'],
  ['an underscore for the T', '2026-11-05_08:09:10Z'],
  ['hour 24', '2026-11-05T24:00:00Z'],
  ['minute 60', '2026-11-05T08:60:10Z'],
  ['second 61', '2026-12-31T23:59:61Z'],
  ['a leap second in a wrong minute', '2016-12-31T23:58:60Z'],
  ['a leap second in a wrong hour', '2016-12-31T22:59:60Z'],
  ['a leap second that is none in UTC', '2016-12-31T23:59:60+01:00'],
  ['a leap second in hour 24', '2016-12-31T24:59:60+01:00'],
  ['a dot without a fraction', '2026-11-05T08:09:10.Z'],
  ['a comma before the fraction', '2026-11-05T08:09:10,5Z'],
  ['offset hour 24', '2026-11-05T08:09:10+24:00'],
  ['offset minute 60', '2026-11-05T08:09:10+01:60'],
  ['an offset without minutes', '2026-11-05T08:09:10+01'],
  ['an offset without a colon', '2026-11-05T08:09:10+0100'],
  ['an offset without a sign', '2026-11-05T08:09:10.01:00'],
  ['a minus sign that is no hyphen', '2026-11-05T08:09:10\u221201:00'],
  ['a Z behind an offset', '2026-11-05T08:09:10+01:00Z'],
  ['something behind the Z', '2026-11-05T08:09:10Z '],
  ['a newline behind the Z', '2026-11-05T08:09:10Z\n'],
  ['something before the year', ' 2026-11-05T08:09:10Z'],
  ['a Bengali digit in the date', '2026-11-0\u09ebT08:09:10Z'],
  ['a Bengali digit in the time', '2026-11-05T0\u09ee:09:10Z'],
  ['a fullwidth digit in the fraction', '2026-11-05T08:09:10.\uff15Z'],
  ['a Kelvin-like letter for the Z', '2026-11-05T08:09:10\u017a'],
])('%s is no date-time', (_, text) => {
  expect(isDateTime(text)).toBe(false);
});

test('whatever Date writes for the years 0 to 9999 is one', () => {
  const min = new Date('0000-01-01T00:00:00.000Z');
  const max = new Date('9999-12-31T23:59:59.999Z');
  fc.assert(
    fc.property(fc.date({ min, max, noInvalidDate: true }), (date) => {
      expect(isDateTime(date.toISOString())).toBe(true);
    }),
  );
});

test('every day that the calendar has, and no other', () => {
  for (const year of ['1900', '2000', '2023', '2024']) {
    for (let month = 1; month <= 12; month++) {
      for (let day = 1; day <= 31; day++) {
        const date = `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
        const exists = new Date(`${date}T00:00:00Z`).getUTCDate() === day;
        expect([date, isDateTime(`${date}T00:00:00Z`)]).toEqual([date, exists]);
      }
    }
  }
});

// The check of ajv-formats takes more forms (a blank for the T, offsets without colon or minutes, hour 24 in a leap
// second), but knows the same days and seconds.
const form = /^\d{4}-\d\d-\d\d[Tt](?:[01]\d|2[0-3]):[0-5]\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/;

test('on changed date-times it agrees with another implementation', () => {
  const other = new Ajv();
  formats.default(other, ['date-time']);
  const isOther = other.compile({ type: 'string', format: 'date-time' });
  const change = fc.record({
    at: fc.nat(26),
    text: fc.constantFrom('0', '1', '2', '3', '5', '6', '9', '-', '+'),
  });
  const start = fc.constantFrom('2016-12-31T23:59:60.5+00:00', '2024-02-29T23:00:59.0-01:00');
  fc.assert(
    fc.property(start, fc.array(change, { maxLength: 4 }), (valid, changes) => {
      const chars = valid.split('');
      for (const { at, text } of changes) chars[at] = text;
      const changed = chars.join('');
      expect([changed, isDateTime(changed)]).toEqual([changed, form.test(changed) && isOther(changed)]);
    }),
    { numRuns: 5_000 },
  );
});

test('a text is right or wrong whatever was looked at before', () => {
  const [right, wrong] = ['2026-11-05T08:09:10Z', '2026-13-05T08:09:10Z'];
  expect([right, right, wrong, wrong, '', right].map(isDateTime)).toEqual([
    true,
    true,
    false,
    false,
    false,
    true,
  ]);
});
