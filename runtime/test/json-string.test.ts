import { assert, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { jsonString } from '../src/json-string.ts';

/** What a reader may take for the end of a line, or a terminal for a command. */
// oxlint-disable-next-line no-control-regex
const breaksLines = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

const checked = (text: string) => {
  const json = jsonString(text);
  expect(JSON.parse(json)).toBe(text);
  expect(json).not.toMatch(breaksLines);
  if (!breaksLines.test(text)) expect(json).toBe(JSON.stringify(text));
};

test('is what JSON.stringify gives, in one line, for any string', () => {
  assert(property(string({ unit: 'binary' }), checked));
});

test.each(['', 'plain', 'ü€', '"', '\\', '\u0000', '\u001f', '\u007f', '\u009b31m', '\u2028', '\u2029'])(
  '%j',
  checked,
);

test.each(['\ud800', '😀', 'a\ud83d'])('%j', checked);
