import type { Moment } from './moments.ts';
import type { Random } from './random.ts';

/**
 * The moments of a cell's rounds, one after another and again from the first. Each moment has its turn before any has a
 * second one, so that as many rounds as there are different moments see them all; what comes first is the seed's to say.
 */
export function momentTurns(moments: readonly Moment[], random: Random): Moment[] {
  const shuffled = random.shuffle(moments);
  const again = shuffled.filter((moment, at) => shuffled.indexOf(moment) !== at);
  return [...new Set(shuffled), ...again];
}
