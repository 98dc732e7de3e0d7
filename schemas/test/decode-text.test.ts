import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeText } from '../src/decode-text.ts';
import { accept, recordTimestampMs, userCreated } from './records.ts';

/** What the platform's strict decoder says. */
function strictly(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

const text = fc.string({ unit: 'binary' }).map((written) => Buffer.from(written));
const pieces = fc.array(fc.oneof(text, fc.uint8Array({ maxLength: 3 }), fc.constant(Buffer.from('\ufffd'))));

test('text between other bytes is what a strict decoder makes of it alone', () => {
  fc.assert(
    fc.property(fc.uint8Array(), pieces, fc.uint8Array(), (before, middle, after) => {
      const value = Buffer.concat(middle);
      const whole = Buffer.concat([before, value, after]);
      expect(decodeText(whole, before.length, before.length + value.length)).toBe(strictly(value));
      expect(decodeText(value)).toBe(strictly(value));
    }),
  );
});

test('U+FFFD itself is text', () => {
  expect(decodeText(Buffer.from('a\ufffdb'))).toBe('a\ufffdb');
});

test.each([
  JSON.stringify(userCreated()),
  '{"eventId":',
  '\ufeff{}',
  '\0\0\0\0\x07{}',
  '',
  Buffer.from([0x7b, 0xff, 0x7d]),
])('a value between other bytes has the verdict that it has alone: %j', (written) => {
  const value = Buffer.from(written);
  const whole = Buffer.concat([Buffer.from('{"x":1}\xff'), value, Buffer.from('}\xff')]);
  const start = whole.length - value.length - 3;
  expect(accept(whole, recordTimestampMs, start, start + value.length)).toEqual(
    accept(value, recordTimestampMs),
  );
});

test('a value that begins and ends at −1 is none', () => {
  expect(accept(Buffer.from('{}'), recordTimestampMs, -1, -1)).toMatchObject({ code: 'EMPTY_VALUE' });
});
