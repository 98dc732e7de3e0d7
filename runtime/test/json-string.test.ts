import { assert, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { jsonString } from '../src/json-string.ts';

/** What a reader may take for the end of a line, or a terminal for a command. */
// oxlint-disable-next-line no-control-regex
const breaksLines = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

test('any string comes back from its JSON, which is one line', () => {
  assert(
    property(string({ unit: 'binary' }), (text) => {
      const json = jsonString(text);
      expect([JSON.parse(json), breaksLines.test(json)]).toEqual([text, false]);
    }),
  );
});

test.each(['', 'plain', 'ü€', '"', '\\', '\u0000', '\u001f', '\ud800', '😀', 'a\ud83d'])('%j', (text) => {
  expect(jsonString(text)).toBe(JSON.stringify(text));
});

test.each([
  ['\u007f', String.raw`"\u007f"`],
  ['"\u009b31m', String.raw`"\"\u009b31m"`],
  ['a\u2028b\u2029', String.raw`"a\u2028b\u2029"`],
])('%j is escaped', (text, json) => {
  expect(jsonString(text)).toBe(json);
});
