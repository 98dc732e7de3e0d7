import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isCutOff } from '../src/cut-off.ts';
import { createAccept } from '../src/accept.ts';
import { loadContract } from '../src/load-contract.ts';
import { accepted, recordTimestampMs, refused, userCreated } from './records.ts';

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Whether the text is said to be cut off, with other bytes in front of it and behind it. */
function isSaidOf(text: string): boolean {
  const bytes = Buffer.from(`"{${text}"}`);
  return isCutOff(bytes, 2, bytes.length - 2);
}

test('what is said to be cut off is never JSON', () => {
  const piece = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    '"',
    '\\',
    ' ',
    ',',
    ':',
    '1',
    '{"a":1}',
    '"}"',
    '"\\""',
    '"\\\\"',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const text = pieces.join('');
      expect(isSaidOf(text) && isJson(text)).toBe(false);
    }),
    { numRuns: 5_000 },
  );
});

test('each beginning of an object is said to be cut off, and the whole is not', () => {
  fc.assert(
    fc.property(fc.json(), fc.nat(), (json, length) => {
      const text = `{"a":${json}}`;
      expect(isSaidOf(text)).toBe(false);
      expect(isSaidOf(text.slice(0, 1 + (length % (text.length - 1))))).toBe(true);
    }),
  );
});

test('a value that was cut off is refused as that, whatever the parser would say, and others by what it says', () => {
  const whole = JSON.stringify(userCreated({ payload: undefined, source: '}' }));
  for (const value of ['{', '{"eventId":', whole.slice(0, -1), whole.slice(0, -2), '[1', '"a'])
    expect(refused(value)).toMatchObject({
      code: 'INVALID_JSON',
      reason: 'The value is not JSON: it ends within a string, an object or an array.',
    });
  expect(refused(' \n').reason).toMatch(/ends too early/);
  expect(refused('{"a":1,}').reason).toMatch(/at character 7/);
  expect(refused('\ufeff{').reason).toMatch(/byte order mark/);
});

test('values that end in ways of their own are taken, before and after one that ends alike and was cut off', () => {
  for (const end of ['}', ' }', '\n}\r\n', '\t}\t']) {
    const value = JSON.stringify(userCreated()).slice(0, -1) + end;
    const cut = value.replace('{', '{"a":{');
    const unlikeAnyBefore = createAccept(loadContract());
    const before = unlikeAnyBefore(Buffer.from(cut), recordTimestampMs);
    expect(accepted(value).kind).toBe('accepted');
    expect(refused(cut)).toEqual(before);
    expect(accepted(value).kind).toBe('accepted');
  }
});
