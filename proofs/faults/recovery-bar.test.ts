import { expect, test } from 'vitest';
import { judgeRecovery } from './recovery-bar.ts';

/** Recoveries of so many milliseconds, with a session of 6 s. */
const cell = (sessionMs: number, ms: number, count: number) => ({
  sessionMs,
  recoveriesMs: Array.from({ length: count }, () => ms),
});
const usual = cell(6_000, 6_100, 98);

test('one of a hundred may lie beyond the session and 5 s, two may not', () => {
  expect(judgeRecovery([usual, cell(6_000, 11_000, 1), cell(6_000, 60_000, 1)])).toEqual({
    holds: true,
    text: 'recovery: ok, the 99th percentile of 100 lies 5.0 s beyond the session, where 5 s beyond are the most',
  });
  expect(judgeRecovery([usual, cell(6_000, 11_100, 2)])).toEqual({
    holds: false,
    text: 'recovery: WRONG, the 99th percentile of 100 lies 5.1 s beyond the session, where 5 s beyond are the most',
  });
});

test('each cell counts by its own session', () => {
  expect(judgeRecovery([usual, cell(30_000, 34_000, 100)]).holds).toBe(true);
  expect(judgeRecovery([cell(30_000, 2_000, 100)]).text).toContain('28.0 s within the session');
});

test('fewer than a hundred are not judged', () => {
  expect(judgeRecovery([cell(6_000, 60_000, 99)])).toEqual({
    holds: true,
    text: 'recovery: not judged, 99 are too few for a 99th percentile',
  });
  expect(judgeRecovery([]).holds).toBe(true);
});
