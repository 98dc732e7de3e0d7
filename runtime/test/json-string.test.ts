import { assert, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { jsonString } from '../src/json-string.ts';

test('is what JSON.stringify gives, for any string', () => {
  assert(
    property(string({ unit: 'binary' }), (text) => {
      expect(jsonString(text)).toBe(JSON.stringify(text));
    }),
  );
});

test.each(['', 'plain', 'ü€', '"', '\\', '\u0000', '\u001f', '\u007f', '\u2028', '\ud800', '😀', 'a\ud83d'])(
  '%j',
  (text) => {
    expect(jsonString(text)).toBe(JSON.stringify(text));
  },
);
