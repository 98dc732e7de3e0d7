import { expect, test } from 'vitest';
import { crc32c } from '../../src/kafkajs/crc32c.ts';

// RFC 3720, appendix B.4, and the check value of the algorithm's catalogue entry.
test.each([
  ['32 zeros', Buffer.alloc(32), 0x8a9136aa],
  ['32 ones', Buffer.alloc(32, 0xff), 0x62a8ab43],
  ['0 to 31', Buffer.from(Array.from({ length: 32 }, (_, index) => index)), 0x46dd794e],
  ['digits', Buffer.from('123456789'), 0xe3069283],
  ['nothing', Buffer.alloc(0), 0],
])('%s, at any address', (_, bytes, expected) => {
  for (let shift = 0; shift < 9; shift++) {
    const shifted = Buffer.concat([Buffer.alloc(shift, 1), bytes, Buffer.alloc(3, 1)]);
    expect(crc32c(shifted, shift, shift + bytes.length)).toBe(expected);
  }
});
