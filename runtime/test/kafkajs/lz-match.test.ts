import { assert, nat, property, tuple } from 'fast-check';
import { expect, test } from 'vitest';
import { copyLiteral, copyMatch, spanOf } from '../../src/kafkajs/lz-match.ts';

/** Bytes that differ from their neighbours, at an address that is no multiple of four. */
function someBytes(length: number, seed: number): Buffer {
  const bytes = Buffer.alloc(length + 1);
  for (let at = 0; at < bytes.length; at++) bytes[at] = (at * 31 + seed) & 0xff;
  return bytes.subarray(1);
}

const lengths = nat(600);
const slack = nat(6);
const MAY_BE_OVERWRITTEN = 3;

test('a match is what a copy byte by byte makes, up to the very end', () => {
  const distances = nat(40).map((distance) => distance + 1);
  assert(
    property(tuple(distances, nat(5), lengths, slack), ([distance, before, length, behind]) => {
      const to = distance + before;
      const out = someBytes(to + length + behind, 7);
      const expected = Buffer.from(out);
      for (let at = to; at < to + length; at++) expected[at] = expected[at - distance] as number;
      expect(copyMatch(spanOf(out), to, distance, length)).toBe(to + length);
      expectTheSame(out, expected, to + length);
    }),
    { numRuns: 2000 },
  );
});

test('a literal is copied as it is, from and up to the very end', () => {
  assert(
    property(tuple(nat(5), nat(5), lengths, slack, slack), ([from, to, length, behindSource, behindOut]) => {
      const source = someBytes(from + length + behindSource, 1);
      const out = someBytes(to + length + behindOut, 7);
      const expected = Buffer.from(out);
      source.copy(expected, to, from, from + length);
      expect(copyLiteral(spanOf(source), from, length, spanOf(out), to)).toBe(to + length);
      expectTheSame(out, expected, to + length);
    }),
    { numRuns: 2000 },
  );
});

function expectTheSame(out: Buffer, expected: Buffer, end: number): void {
  expect(out.subarray(0, end)).toEqual(expected.subarray(0, end));
  const far = end + MAY_BE_OVERWRITTEN;
  expect(out.subarray(far)).toEqual(expected.subarray(far));
}
