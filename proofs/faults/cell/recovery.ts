import type { Life } from '../checker/evidence.ts';

/** After a kill or a cut: milliseconds until each of its partitions had a record begun by another. */
export function recoveriesMs(lives: readonly Life[], sessionMs: number): number[] {
  return lives.flatMap((life) => {
    const cuts = life.stops.filter(({ fromUs, toUs }) => toUs - fromUs >= sessionMs * 1e3);
    const times = [...cuts.map(({ fromUs }) => fromUs), ...(life.killedUs === null ? [] : [life.killedUs])];
    return times.flatMap((us) => recoveriesFrom(life, us, lives));
  });
}

function recoveriesFrom(life: Life, us: number, lives: readonly Life[]): number[] {
  const owned = life.steps.findLast(({ mark, us: at }) => mark === 'P' && at <= us)?.partitions ?? [];
  return owned.flatMap((partition) => {
    const firsts = lives.flatMap((other) => {
      if (other === life) return [];
      const began = other.steps.find(
        (step) => step.us > us && step.partition === partition && (step.mark === 'B' || step.mark === 'L'),
      );
      return began === undefined ? [] : [began.us];
    });
    return firsts.length === 0 ? [] : [(Math.min(...firsts) - us) / 1e3];
  });
}

/** The smallest value that this share of all lies at or below; null of none. */
export function percentile(values: readonly number[], share: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null;
}
