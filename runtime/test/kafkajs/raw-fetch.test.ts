import { expect, test } from 'vitest';
import { restOf } from '../../src/kafkajs/raw-fetch.ts';
import { encodeResponse } from './encode-fetch.ts';

test('an answer says how long the broker wants no more requests', () => {
  const payload = encodeResponse({});
  payload.writeInt32BE(250, 0);
  expect(restOf(payload)).toBe(250);
});

test.each([
  ['a negative time', 0, -1],
  ['a session that nobody asked for', 6, 1234],
])('noise is no answer: %s', (_, at, value) => {
  const payload = encodeResponse({});
  payload.writeInt32BE(value, at);
  expect(() => restOf(payload)).toThrow(/nobody asked for/);
});
