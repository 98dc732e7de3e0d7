import { assert, nat, property, tuple, uint8Array } from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { crc32cByTables } from '../../src/kafkajs/crc32c-tables.ts';
import { crc32c } from '../../src/kafkajs/crc32c.ts';

afterEach(() => {
  vi.doUnmock('@node-rs/crc32');
  vi.resetModules();
});

const ways = [
  ['native', crc32c],
  ['tables', crc32cByTables],
] as const;

// RFC 3720, appendix B.4, and the check value of the algorithm's catalogue entry.
const known = [
  ['32 zeros', Buffer.alloc(32), 0x8a9136aa],
  ['32 ones', Buffer.alloc(32, 0xff), 0x62a8ab43],
  ['0 to 31', Buffer.from(Array.from({ length: 32 }, (_, index) => index)), 0x46dd794e],
  ['digits', Buffer.from('123456789'), 0xe3069283],
  ['nothing', Buffer.alloc(0), 0],
] as const;

test.each(ways.flatMap(([way, sum]) => known.map((one) => [way, one[0], sum, one[1], one[2]] as const)))(
  '%s: %s, at any address',
  (_way, _name, sum, bytes, expected) => {
    for (let shift = 0; shift < 9; shift++) {
      const shifted = Buffer.concat([Buffer.alloc(shift, 1), bytes, Buffer.alloc(3, 1)]);
      expect(sum(shifted, shift, shift + bytes.length)).toBe(expected);
    }
  },
);

test('both say the same of any bytes', () => {
  assert(
    property(tuple(uint8Array({ maxLength: 3000 }), nat(40), nat(40)), ([content, before, behind]) => {
      const bytes = Buffer.from(content);
      const start = Math.min(before, bytes.length);
      const end = Math.max(start, bytes.length - behind);
      expect(crc32c(bytes, start, end)).toBe(crc32cByTables(bytes, start, end));
    }),
  );
});

test.each([
  ['is missing', () => Promise.reject(new Error('Cannot find native binding'))],
  ['reckons wrong', () => ({ default: { crc32c: () => 1 } })],
])('tables take over where the native module %s', async (_, module) => {
  vi.resetModules();
  vi.doMock('@node-rs/crc32', module);
  const fresh = await import('../../src/kafkajs/crc32c.ts');
  const tables = await import('../../src/kafkajs/crc32c-tables.ts');
  expect(fresh.crc32c).toBe(tables.crc32cByTables);
});

test('the native module is in use here', () => {
  expect(crc32c).not.toBe(crc32cByTables);
});
