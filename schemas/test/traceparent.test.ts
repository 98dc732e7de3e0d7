import { expect, test } from 'vitest';
import { validTraceparent } from '../src/traceparent.ts';

const trace = '0123456789abcdef0123456789abcdef';
const parent = '0123456789abcdef';
const valid = `00-${trace}-${parent}-01`;
const read = (...values: (string | null)[]): string | null =>
  validTraceparent(
    values.map((value) => ({ name: 'traceparent', value: value === null ? null : Buffer.from(value) })),
  );

test.each([
  valid,
  `00-${trace}-${parent}-ff`,
  `cc-${trace}-${parent}-00`,
  `cc-${trace}-${parent}-00-more.than-now`,
])('%s is valid', (value) => {
  expect(read(value)).toBe(value);
});

test.each([
  '',
  valid.slice(0, -1),
  `${valid}0`,
  ` ${valid}`,
  `${valid}\n`,
  valid.toUpperCase(),
  valid.replaceAll('-', '_'),
  `${valid}-more`,
  `ff-${trace}-${parent}-01`,
  `00-${'0'.repeat(32)}-${parent}-01`,
  `00-${trace}-${'0'.repeat(16)}-01`,
  `00-${trace.replace('a', 'g')}-${parent}-01`,
  `cc-${trace}-${parent}-00more`,
  `cc-${trace}-${parent}-00-${'a'.repeat(500)}`,
  `cc-${trace}-${parent}-00-\u00e9`,
])('%j is not', (value) => {
  expect(read(value)).toBeNull();
});

test('the first valid one counts', () => {
  const other = valid.replace('-01', '-00');
  expect(read(null, 'x', valid, other)).toBe(valid);
  expect(validTraceparent([{ name: 'Traceparent', value: Buffer.from(valid) }])).toBeNull();
  expect(validTraceparent([])).toBeNull();
});
