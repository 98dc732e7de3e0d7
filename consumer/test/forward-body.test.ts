import { expect, test } from 'vitest';
import { forwardBody } from '../src/forward-body.ts';

const TIME = '2026-01-02T03:04:05.678Z';

function filled(text: string): string {
  return forwardBody({ value: Buffer.from(text), filledEventTime: TIME }).toString();
}

test('a record with its own eventTime goes as it is, the very bytes', () => {
  const value = Buffer.from('{"eventTime":"x","n":12345678901234567890}');
  expect(forwardBody({ value, filledEventTime: null })).toBe(value);
});

test.each([
  ['compact', '{"eventId":"a"}', `{"eventTime":"${TIME}","eventId":"a"}`],
  [
    'white space around',
    ' \t\r\n{ \n"eventId" : "a" } \n',
    ` \t\r\n{"eventTime":"${TIME}", \n"eventId" : "a" } \n`,
  ],
  ['braces in texts', '{"{":"{\\"}"}', `{"eventTime":"${TIME}","{":"{\\"}"}`],
  [
    'numbers beyond 2^53',
    '{"n":9007199254740993,"m":1e400,"z":-0.0}',
    `{"eventTime":"${TIME}","n":9007199254740993,"m":1e400,"z":-0.0}`,
  ],
  [
    'repeated members and __proto__',
    '{"a":1,"a":2,"__proto__":{}}',
    `{"eventTime":"${TIME}","a":1,"a":2,"__proto__":{}}`,
  ],
  ['non-ASCII', '{"é":"😀"}', `{"eventTime":"${TIME}","é":"😀"}`],
])('eventTime goes in first and all else stays: %s', (_, before, after) => {
  expect(filled(before)).toBe(after);
});

test('the body is the same event to whoever parses it', () => {
  expect(JSON.parse(filled(' {"eventId":"a","payload":{"x":[{}]}}'))).toEqual({
    eventId: 'a',
    payload: { x: [{}] },
    eventTime: TIME,
  });
});
