import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRepeatedTexts, jsonAscii, jsonText } from '../src/json-text.ts';

const ascii = fc.string({
  unit: fc.integer({ min: 0, max: 0x7f }).map((code) => String.fromCharCode(code)),
});

test('JSON of ASCII alone is the JSON of any text', () => {
  fc.assert(
    fc.property(ascii, (text) => {
      expect(jsonAscii(text)).toBe(jsonText(text));
    }),
  );
});

test.each(['\u007f', '"\u007f"'])('no DEL stands in the JSON of an ASCII text', (text) => {
  expect(jsonAscii(text)).toContain(String.raw`\u007f`);
  expect(jsonAscii(text)).not.toContain('\u007f');
});

test('texts that come again have the same JSON each time, whichever came in between', () => {
  const repeated = createRepeatedTexts();
  const texts = Array.from({ length: 300 }, (_, index) => `"${index}"`);
  for (const text of [...texts, ...texts, '\u009b', '\u009b', 'x'.repeat(10_000)])
    expect(repeated(text)).toBe(jsonText(text));
  expect(repeated(null)).toBe('null');
});
