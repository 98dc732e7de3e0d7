import type { Verdict } from '@event-pipeline/runtime/http.ts';
import type { GroupStatus, Outage } from '@event-pipeline/runtime/kafkajs/group-types.ts';
import type { GateState } from './gate.ts';
import type { OwnTopicsState } from './own-topics.ts';
import type { OwnedPartition } from './receive.ts';

/** What the checks look at. */
export interface Vitals {
  readonly status: () => GroupStatus;
  readonly blocked: () => ReadonlyMap<string, string>;
  readonly owned: () => Iterable<OwnedPartition>;
  /** By gate name, with times in milliseconds since the epoch. */
  readonly gates: () => ReadonlyMap<string, GateState>;
  readonly topics: () => OwnTopicsState;
  readonly lagKnown: () => boolean;
  readonly stopping: () => boolean;
  /** Handlers that run on although their time has been up for as long again. */
  readonly stuckHandlers: () => number;
  /** Longer than this, and a client that neither answers nor fails is stuck. */
  readonly silentMaxMs: number;
}

/** Ready: events are being handled, or would be if there were any. The reasons say what is down, since when. */
export function readiness(vitals: Vitals): Verdict {
  const status = vitals.status();
  const held = heldPartitions(vitals);
  const down = [...vitals.gates()].filter(([, { up }]) => !up);
  const topics = vitals.topics();
  const outage = status.outage ?? topics.outage;
  const refused = status.away.get('commits');
  const missing = [...new Set([...topics.missing, ...status.missingTopics])];
  const reasons: string[] = [];
  if (vitals.stopping()) reasons.push('stopping');
  if (status.phase !== 'member') reasons.push(`not joined: ${status.phase}`);
  if (outage !== null) reasons.push(`Kafka is away: ${outage.reason}`);
  if (refused !== undefined) reasons.push(`commits are refused: ${refused.reason}`);
  // Whether they are there is not known before Kafka could be asked.
  if (missing.length > 0 && topics.outage === null)
    reasons.push(`topics missing: ${missing.join(', ')} (${topics.reason ?? 'not there'})`);
  for (const [name, reason] of Object.entries(held)) reasons.push(`${name} is held: ${reason}`);
  for (const [name, reason] of vitals.blocked()) reasons.push(`${name} cannot be read: ${reason}`);
  for (const [name, { reason }] of down) reasons.push(`${name} is unavailable: ${reason}`);
  if (status.phase === 'member' && !vitals.lagKnown()) reasons.push('lag is not known yet');
  return {
    ok: reasons.length === 0,
    facts: {
      reasons,
      joined: status.phase === 'member',
      kafkaAway: outages(topics.outage === null ? status.away : [['bootstrap', topics.outage]]),
      kafkaDownSince: outage === null ? null : iso(outage.sinceMs),
      partitions: [...vitals.owned()].map(({ name }) => name),
      held,
      unavailable: Object.fromEntries(
        down.map(([name, gate]) => [name, { since: iso(gate.sinceMs), reason: gate.reason }]),
      ),
    },
  };
}

/** Alive: 503 only for what a restart could cure. An outage, a held partition or an empty topic is not that. */
export function liveness(vitals: Vitals): Verdict {
  const { silentMs, phase } = vitals.status();
  const reasons: string[] = [];
  if (phase !== 'stopped' && silentMs > vitals.silentMaxMs) {
    reasons.push(`the Kafka client has been silent for ${Math.round(silentMs / 1000)} s`);
  }
  const stuck = vitals.stuckHandlers();
  if (stuck > 0) reasons.push(`${stuck} handlers do not end although their time is up`);
  return { ok: reasons.length === 0, facts: { reasons } };
}

function heldPartitions({ owned }: Vitals): Record<string, string> {
  const held: Record<string, string> = {};
  for (const partition of owned()) if (partition.held !== null) held[partition.name] = partition.held;
  return held;
}

const outages = (away: Iterable<readonly [string, Outage]>) =>
  Object.fromEntries([...away].map(([name, { sinceMs, reason }]) => [name, { since: iso(sinceMs), reason }]));

const iso = (ms: number): string => new Date(ms).toISOString();
