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
      for (const text of texts) json.text(text);
      expect(String(json.take())).toBe(texts.map(textOrNull).join(''));
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
      json.raw(Buffer.from('['));
      const { text, encoding } = encodeBytes(source);
      expect(json.bytes(source)).toBe(encoding);
      expect(String(json.take())).toBe(`[${textOrNull(text)}`);
    }),
  );
});

test.each(['\u007f', '"\u007f"', '\u009b', '\u2028'])(
  'nothing that a terminal obeys stands in the JSON',
  (text) => {
    const json = new JsonBytes();
    json.text(text);
    json.bytes(Buffer.from(text));
    const written = String(json.take());
    expect(written).not.toContain(text.replaceAll('"', ''));
    expect(written).toContain(String.raw`\u`);
  },
);
