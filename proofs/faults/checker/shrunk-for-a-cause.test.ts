import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Evidence } from './evidence.ts';
import { evidence, letter, life, log } from './made-up.ts';
import { shrunkForACause } from './shrunk-for-a-cause.ts';

const sha256 = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex');
const headers = { sha256: sha256('\x12record-id\x04r0'), bytes: 13 };
const value = { sha256: sha256('v0'), bytes: 2 };

interface Cause {
  readonly code: string;
  readonly kind: Evidence['outages'][number]['kind'];
}

/** The letter of record 0, shrunk, sent at 10 ms; there was no room from `fromMs` to `toMs`. */
function judge(
  cut: object,
  fromMs: number,
  toMs: number,
  { code = 'INVALID_JSON', kind = 'room' }: Partial<Cause> = {},
): string[] {
  const made = letter(0, { cut: { value: null, key: null, headers: null, ...cut } });
  const told = { ...(JSON.parse(String(made.value)) as object), shrunk: true, code };
  const outages: Evidence['outages'] = [
    { kind, fromUs: fromMs * 1e3, toUs: toMs * 1e3, healedUs: toMs * 1e3 },
  ];
  return shrunkForACause(
    evidence({
      outages,
      log: log(1),
      letters: [{ ...made, value: Buffer.from(JSON.stringify(told)) }],
      lives: [life('c1', 'L 9 t 0 0\n L 10 t 0 0\n W 11 t 0 0')],
    }),
  );
}

test('a letter is shrunk only for want of room, or where the record is too large itself', () => {
  expect(judge({ value }, 5, 20)).toEqual([]);
  expect(judge({ value }, 11, 20).join('\n')).toContain('there was room for it');
  expect(judge({ value }, -9_000, -5_000).join('\n')).toContain('there was room for it');
  expect(judge({ value }, 11, 20, { code: 'RECORD_TOO_LARGE' })).toEqual([]);
  expect(judge({ value }, 5, 20, { kind: 'letters' })).toEqual([]);
  expect(judge({ value }, 5, 20, { kind: 'target' }).join('\n')).toContain('there was room for it');
});

test('what is cut has the digest of what the log holds', () => {
  expect(judge({ value, headers, key: { sha256: sha256('k'), bytes: null } }, 5, 20)).toEqual([]);
  expect(judge({ headers: { ...headers, sha256: sha256('other') } }, 5, 20).join('\n')).toContain('headers');
  expect(judge({ value: { ...value, bytes: 3 } }, 5, 20).join('\n')).toContain('value');
});
