import { assert, integer, maxSafeInteger, property } from 'fast-check';
import { expect, test } from 'vitest';
import { OVERRUN, readVarint, readVarlong } from '../../src/kafkajs/varint.ts';
import { varint } from './encode-fetch.ts';

test('reads what was written, and moves behind it', () => {
  assert(
    property(integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), (number) => {
      const bytes = Buffer.concat([Buffer.from([0xff]), varint(number), Buffer.from([0xff])]);
      const cursor = { at: 1 };
      expect(readVarint(bytes, cursor)).toBe(number);
      expect(cursor.at).toBe(bytes.length - 1);
    }),
  );
});

test('reads 64 bits as a double', () => {
  assert(
    property(maxSafeInteger(), (number) => {
      const bytes = varint(number);
      const cursor = { at: 0 };
      expect(readVarlong(bytes, cursor)).toBe(number);
      expect(cursor.at).toBe(bytes.length);
    }),
  );
  const cursor = { at: 0 };
  expect(readVarlong(varint(-(2n ** 63n)), cursor)).toBe(-(2 ** 63));
});

test.each([readVarint, readVarlong])('%o leaves the cursor beyond the end where no integer ends', (read) => {
  const endless = { at: 0 };
  read(Buffer.alloc(20, 0xff), endless);
  expect(endless.at).toBe(OVERRUN);
  const cut = { at: 0 };
  read(Buffer.from([0xff, 0xff]), cut);
  expect(cut.at).toBeGreaterThan(2);
});
