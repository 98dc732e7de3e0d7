import type { Evidence, Life } from '../checker/evidence.ts';
import { idOf, placeOf, stepPlace } from '../checker/settling.ts';

/**
 * How long the recoveries took, in milliseconds: after each kill or cut, for each partition that the process had, from
 * the kill to the first record that another one handled; and after each outage of brokers, for all partitions, from the
 * healing to the first record. Where a broker or the target was away at the kill, or all of Kafka or the target soon after,
 * or all processes were cut off at once, it counts from the healing; where nothing waited to be handled, from that record's
 * writing. Where the next owner was cut too before it handled a record of the partition, only that cut counts: the group
 * can't know of it before another session is over. One that was cut while it joined may have been the next owner.
 */
export function recoveriesMs(evidence: Evidence): number[] {
  const { lives, outages, policy } = evidence;
  const writtenUs = writtenUsByPlace(evidence);
  const brokersAway = outages.filter(({ kind }) => kind === 'kafka' || kind === 'broker');
  const targetAway = outages.filter(({ kind }) => kind === 'target');
  const cutsWhileJoiningUs = lives.flatMap((life) =>
    cutTimesUs(life, policy.sessionMs).filter((us) => isJoining(life, us)),
  );

  /** Of those partitions that were handled before `untilUs`. */
  function recoveries(
    partitions: readonly string[],
    us: number,
    others: readonly Life[],
    untilUs = Infinity,
  ): number[] {
    const away = [...brokersAway, ...targetAway].filter(
      ({ fromUs, healedUs }) => fromUs <= us && us <= healedUs,
    );
    const startUs = Math.max(us, ...away.map(({ healedUs }) => healedUs));
    const awayLater = outages.filter(
      ({ kind, fromUs }) => (kind === 'kafka' || kind === 'target') && fromUs > startUs,
    );
    return partitions.flatMap((partition) => {
      const firsts = others.flatMap(({ steps }) => {
        const first = steps.find(
          (step) =>
            step.us > startUs && step.partition === partition && (step.mark === 'H' || step.mark === 'W'),
        );
        return first === undefined ? [] : [first];
      });
      const [first] = firsts.toSorted((a, b) => a.us - b.us);
      if (first === undefined || first.us > untilUs) return [];
      const healedUs = awayLater.map((outage) => outage.healedUs).filter((healed) => healed < first.us);
      const cutUs = cutsWhileJoiningUs.filter((cut) => startUs < cut && cut < first.us);
      const sinceUs = Math.max(startUs, writtenUs.get(stepPlace(first)) ?? 0, ...healedUs, ...cutUs);
      return [Math.max(0, first.us - sinceUs) / 1e3];
    });
  }

  const cuts = lives.flatMap((life) =>
    cutTimesUs(life, policy.sessionMs).map((us) => ({ life, us, ...ownedAt(life, us) })),
  );
  const afterCuts = cuts.flatMap(({ life, us, owned }) => {
    const freeUs = someoneFreeUs(lives, us);
    const others = lives.filter((other) => other !== life || freeUs > us);
    return owned.flatMap((partition) => {
      const later = cuts.filter((cut) => cut.us > us && cut.sinceUs > us && cut.owned.includes(partition));
      const nextCutUs = Math.min(...later.map((cut) => cut.us));
      return recoveries([partition], freeUs, others, nextCutUs);
    });
  });
  const afterOutages = brokersAway.flatMap(({ healedUs }) =>
    recoveries([...evidence.ends.keys()], healedUs, lives),
  );
  return [...afterCuts, ...afterOutages];
}

function writtenUsByPlace({ log, written }: Evidence): Map<string, number> {
  const byId = new Map(written.map(({ id, us }) => [id, us]));
  return new Map(log.map((record) => [placeOf(record), byId.get(idOf(record)) ?? 0]));
}

/** When it was killed, and when it was stopped for longer than its session. */
function cutTimesUs({ stops, killedUs }: Life, sessionMs: number): number[] {
  const cuts = stops.filter(({ fromUs, toUs }) => toUs - fromUs >= sessionMs * 1e3);
  return [...cuts.map(({ fromUs }) => fromUs), ...(killedUs === null ? [] : [killedUs])];
}

/** Whether it had given its partitions back, or had none yet, and waited for what the group gives it. */
function isJoining({ steps }: Life, us: number): boolean {
  const last = steps.findLast((step) => step.us <= us && ['P', 'R', 'X'].includes(step.mark));
  return last?.mark !== 'P';
}

/** From when on one of those that lived was neither stopped nor cut off: `us`, but where all were. */
function someoneFreeUs(lives: readonly Life[], us: number): number {
  const alive = lives.filter(
    ({ steps }) => steps.some((step) => step.us <= us) && steps.some((step) => step.us > us),
  );
  if (alive.length === 0) return us;
  return Math.min(
    ...alive.map(({ stops }) => stops.find(({ fromUs, toUs }) => fromUs <= us && us < toUs)?.toUs ?? us),
  );
}

/** What it was given last before then, and when. */
function ownedAt({ steps }: Life, us: number): { owned: readonly string[]; sinceUs: number } {
  const given = steps.findLast((step) => step.mark === 'P' && step.us <= us);
  return { owned: given?.partitions ?? [], sinceUs: given?.us ?? 0 };
}

/** The smallest value that this share of all lies at or below; null of none. */
export function percentile(values: readonly number[], share: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null;
}
