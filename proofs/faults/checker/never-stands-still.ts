import type { Check, Evidence } from './evidence.ts';
import { few, idOf, placeOf, settlings } from './settling.ts';

/** A record of a partition: when it was there for sure, and when it was settled first; Infinity where it never was. */
interface Passage {
  readonly writtenUs: number;
  readonly settledUs: number;
}

const STANDSTILL_MAX_MS = 25_000;

/**
 * I11: while nothing is broken, no partition stands still that has something to do. In each calm time, and for each
 * partition, something is settled again within 25 s for as long as something waits.
 */
export const neverStandsStill: Check = (evidence) => {
  const partitions = passages(evidence);
  const problems = evidence.calm.flatMap((calm) =>
    [...partitions].flatMap(([partition, all]) => {
      const ms = longestStandstillUs(all, calm) / 1e3;
      return ms > STANDSTILL_MAX_MS
        ? [`${partition} stood still for ${Math.round(ms)} ms in a calm time`]
        : [];
    }),
  );
  return few('I11', problems);
};

/** By partition, in the order of settling. */
function passages(evidence: Evidence): Map<string, Passage[]> {
  const settled = settlings(evidence);
  const writtenUs = new Map(evidence.written.map(({ id, us }) => [id, us]));
  const all = new Map<string, Passage[]>();
  for (const record of evidence.log) {
    const name = `${record.topic}/${record.partition}`;
    const list = all.get(name) ?? [];
    all.set(name, list);
    list.push({
      writtenUs: writtenUs.get(idOf(record)) ?? Infinity,
      settledUs: settled.get(placeOf(record))?.[0]?.step.us ?? Infinity,
    });
  }
  for (const list of all.values()) list.sort((a, b) => a.settledUs - b.settledUs);
  return all;
}

function longestStandstillUs(all: readonly Passage[], calm: { fromUs: number; toUs: number }): number {
  // The earliest that was written of those that are settled no earlier than this one.
  const waitingSinceUs: number[] = [];
  for (let at = all.length - 1; at >= 0; at -= 1)
    waitingSinceUs[at] = Math.min((all[at] as Passage).writtenUs, waitingSinceUs[at + 1] ?? Infinity);
  let longest = 0;
  let lastUs = -Infinity;
  for (const [at, { settledUs }] of all.entries()) {
    const fromUs = Math.max(calm.fromUs, lastUs, waitingSinceUs[at] as number);
    longest = Math.max(longest, Math.min(settledUs, calm.toUs) - fromUs);
    lastUs = settledUs;
  }
  return longest;
}
