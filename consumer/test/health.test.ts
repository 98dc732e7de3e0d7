import { expect, test } from 'vitest';
import { liveness, readiness, type Vitals } from '../src/health.ts';
import type { OwnedPartition } from '../src/receive.ts';

const status = {
  phase: 'member',
  outage: null,
  away: new Map(),
  silentMs: 0,
  memberId: 'm',
  generation: 1,
  rebalances: 1,
  missingTopics: [] as string[],
} as const;

function partition(held: string | null): OwnedPartition {
  return { name: 't/0', held } as OwnedPartition;
}

/** A consumer that is well, but for what is given. */
function vitals(ill: Partial<Vitals> = {}): Vitals {
  return {
    status: () => status,
    blocked: () => new Map(),
    owned: () => [partition(null)],
    gates: () => new Map([['g', { up: true, sinceMs: 0, reason: null }]]),
    topics: () => ({ missing: [], reason: null, outage: null }),
    lagKnown: () => true,
    stopping: () => false,
    stuckHandlers: () => 0,
    silentMaxMs: 60_000,
    ...ill,
  };
}

const outage: Vitals['status'] = () => ({ ...status, outage: { sinceMs: 1_000, reason: 'refused' } });

test('a consumer that is well is ready and alive, also without a partition', () => {
  for (const well of [vitals(), vitals({ owned: () => [] })]) {
    expect(readiness(well)).toMatchObject({ ok: true, facts: { reasons: [], joined: true } });
    expect(liveness(well)).toEqual({ ok: true, facts: { reasons: [] } });
  }
});

test.each<[string, Partial<Vitals>]>([
  ['stopping', { stopping: () => true }],
  ['not joined: joining', { status: () => ({ ...status, phase: 'joining' }) }],
  ['Kafka is away: refused', { status: outage }],
  [
    'commits are refused: denied',
    { status: () => ({ ...status, away: new Map([['commits', { sinceMs: 0, reason: 'denied' }]]) }) },
  ],
  ['topics missing: x (denied)', { topics: () => ({ missing: ['x'], reason: 'denied', outage: null }) }],
  ['topics missing: y (not there)', { status: () => ({ ...status, missingTopics: ['y'] }) }],
  ['t/0 is held: no letter', { owned: () => [partition('no letter')] }],
  ['t/0 cannot be read: CORRUPT', { blocked: () => new Map([['t/0', 'CORRUPT']]) }],
  ['g is unavailable: 503', { gates: () => new Map([['g', { up: false, sinceMs: 0, reason: '503' }]]) }],
  ['lag is not known yet', { lagKnown: () => false }],
])('%s: not ready, says so, and no restart would cure it', (reason, ill) => {
  expect(readiness(vitals(ill))).toMatchObject({ ok: false, facts: { reasons: [reason] } });
  expect(liveness(vitals(ill)).ok).toBe(true);
});

test('Kafka away before the topics could be asked for: that is the reason, and since when is told', () => {
  const away = { sinceMs: 1_000, reason: 'refused' };
  const starting = vitals({
    status: () => ({ ...status, phase: 'connecting' }),
    topics: () => ({ missing: ['t'], reason: 'refused', outage: away }),
  });
  expect(readiness(starting).facts).toMatchObject({
    reasons: ['not joined: connecting', 'Kafka is away: refused'],
    kafkaDownSince: '1970-01-01T00:00:01.000Z',
    kafkaAway: { bootstrap: { since: '1970-01-01T00:00:01.000Z', reason: 'refused' } },
  });
});

test('since when things are down is told', () => {
  const gates = () => new Map([['g', { up: false, sinceMs: 0, reason: '503' }]]);
  expect(readiness(vitals({ status: outage, gates })).facts).toMatchObject({
    kafkaDownSince: '1970-01-01T00:00:01.000Z',
    unavailable: { g: { since: '1970-01-01T00:00:00.000Z', reason: '503' } },
  });
});

test('a broker that is away and not needed is told, and the consumer is ready', () => {
  const away = new Map([['broker 2', { sinceMs: 0, reason: 'refused' }]]);
  expect(readiness(vitals({ status: () => ({ ...status, away }) }))).toMatchObject({
    ok: true,
    facts: { kafkaAway: { 'broker 2': { since: '1970-01-01T00:00:00.000Z', reason: 'refused' } } },
  });
});

test('what a restart could cure: a client that is silent beyond its bound, a handler that does not end', () => {
  const silent = (silentMs: number) => vitals({ status: () => ({ ...status, silentMs }) });
  expect([liveness(silent(60_000)).ok, liveness(silent(60_001)).ok]).toEqual([true, false]);
  expect(liveness(vitals({ stuckHandlers: () => 1 })).ok).toBe(false);
});
