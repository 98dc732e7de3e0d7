import type { Evidence, Outage } from '../checker/evidence.ts';
import { nowUs } from '../preload/ledger-line.ts';

/** What a cell notes of when things were broken, and when they were not; in microseconds, for the checks. */
export interface Times {
  readonly calm: Evidence['calm'];
  readonly rests: Evidence['rests'];
  readonly outages: readonly Outage[];
  /** From now on there is no fault, as far as the suite knows; until the next fault or the end. */
  becomesCalm(): void;
  endsCalm(): void;
  /** Something is away from now on, and is there again when `back` has resolved. */
  away(kind: Outage['kind']): Away;
  /** Nothing was to be done since `fromUs`. */
  rested(fromUs: number): void;
}

export interface Away {
  /** It comes back by what `heal` does. */
  back(heal: () => Promise<unknown> | void): Promise<void>;
}

/** Starts with no calm: consumers are yet to come. */
export function keepTimes(): Times {
  const calm: { fromUs: number; toUs: number }[] = [];
  const rests: { fromUs: number; toUs: number }[] = [];
  const outages: Outage[] = [];
  let calmSinceUs: number | null = null;
  return {
    calm,
    rests,
    outages,
    becomesCalm: () => {
      calmSinceUs = nowUs();
    },
    endsCalm: () => {
      if (calmSinceUs !== null) calm.push({ fromUs: calmSinceUs, toUs: nowUs() });
      calmSinceUs = null;
    },
    away: (kind) => {
      const fromUs = nowUs();
      return {
        back: async (heal) => {
          const toUs = nowUs();
          await heal();
          outages.push({ kind, fromUs, toUs, healedUs: nowUs() });
        },
      };
    },
    rested: (fromUs) => void rests.push({ fromUs, toUs: nowUs() }),
  };
}
