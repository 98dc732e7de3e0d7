import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeBytes } from '../src/encode-bytes.ts';
import { JsonBytes } from '../src/json-bytes.ts';
import { jsonText } from '../src/json-text.ts';
import { anyBytes } from './letters.ts';

const ascii = fc.string({
  unit: fc.integer({ min: 0, max: 0x7f }).map((code) => String.fromCharCode(code)),
});
const long = fc.constantFrom('x', '"', '\u0000', 'é', '\ud83d').map((unit) => unit.repeat(70_000));
const anyText = fc.oneof(ascii, fc.string({ unit: 'binary' }), long);

const textOrNull = (text: string | null): string => (text === null ? 'null' : jsonText(text));

test('texts stand one behind the other, each as its JSON', () => {
  const json = new JsonBytes();
  fc.assert(
    fc.property(fc.array(fc.option(anyText), { maxLength: 4 }), (texts) => {
      json.clear();
      for (const text of texts) json.text(text);
      expect(String(json.written)).toBe(texts.map(textOrNull).join(''));
    }),
  );
});

test('bytes are UTF-8 where that loses nothing, else base64, and nothing else is left of a try', () => {
  const json = new JsonBytes();
  const bytes = fc.oneof(
    anyBytes,
    anyText.map((text) => Buffer.from(text)),
  );
  fc.assert(
    fc.property(fc.option(bytes), (source) => {
      json.clear();
      json.raw('[');
      const { text, encoding } = encodeBytes(source);
      expect(json.bytes(source)).toBe(encoding);
      expect(String(json.written)).toBe(`[${textOrNull(text)}`);
    }),
  );
});

test.each(['\u007f', '"\u007f"', '\u009b', '\u2028'])(
  'nothing that a terminal obeys stands in the JSON',
  (text) => {
    const json = new JsonBytes();
    json.text(text);
    json.bytes(Buffer.from(text));
    expect(String(json.written)).not.toContain(text.replaceAll('"', ''));
    expect(String(json.written)).toContain(String.raw`\u`);
  },
);

test('the memory of a large text is given up', () => {
  const json = new JsonBytes();
  json.text('x'.repeat(1_000_000));
  json.clear();
  json.raw('1');
  expect(json.written.buffer.byteLength).toBeLessThan(100_000);
});
