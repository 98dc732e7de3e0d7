import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { correlationHeader, idempotencyKey } from '../src/header-value.ts';

test.each([
  ['plain ASCII stays', 'a-1 B~!"#$&', 'a-1 B~!"#$&'],
  ['the percent sign', '100%', '100%25'],
  ['line breaks cannot start a header of their own', 'a\r\nx-evil: 1', 'a%0D%0Ax-evil: 1'],
  ['NUL, tab and DEL', '\0\t\x7f', '%00%09%7F'],
  ['non-ASCII by its UTF-8 bytes', 'é€😀', '%C3%A9%E2%82%AC%F0%9F%98%80'],
  ['outer blanks, all of them, and no inner one', '  a  b ', '%20%20a  b%20'],
  ['nothing but blanks', '   ', '%20%20%20'],
  ['a lone surrogate keeps apart from every other id', 'a\ud800\udc00\ud800', 'a%F0%90%80%80%ED%A0%80'],
])('%s', (_, id, value) => {
  expect(idempotencyKey(id)).toBe(value);
  expect(correlationHeader(id)).toBe(value);
});

test('an empty id is an empty key, and no correlation', () => {
  expect(idempotencyKey('')).toBe('');
  expect(correlationHeader('')).toBeNull();
});

test('1 KiB is the bound, in bytes of UTF-8', () => {
  for (const most of ['x'.repeat(1024), 'é'.repeat(512)]) {
    expect(decodeURIComponent(idempotencyKey(most))).toBe(most);
    expect(decodeURIComponent(correlationHeader(most) ?? '')).toBe(most);
    const over = `${most}x`;
    expect(idempotencyKey(over)).toBe(createHash('sha256').update(over, 'utf8').digest('hex'));
    expect(correlationHeader(over)).toBeNull();
  }
  expect(correlationHeader('é'.repeat(1024))).toBeNull();
});

test('any id becomes a value that a header can carry unchanged, and different ids different values', () => {
  const value = /^(?:[!-~](?:[ -~]*[!-~])?)?$/;
  const anyId = fc.string({ unit: 'binary', maxLength: 40 });
  fc.assert(
    fc.property(anyId, (id) => {
      expect(idempotencyKey(id)).toMatch(value);
      expect(decodeURIComponent(idempotencyKey(id))).toBe(id);
    }),
  );
  const anySurrogates = fc
    .array(fc.constantFrom('a', '\ud800', '\udc00', '\ufffd'))
    .map((units) => units.join(''));
  fc.assert(
    fc.property(anySurrogates, anySurrogates, (one, other) => {
      expect(idempotencyKey(one) === idempotencyKey(other)).toBe(one === other);
    }),
  );
});
