import type { Check, Evidence, Life, Step } from './evidence.ts';
import { few, isBegunAsStopped } from './settling.ts';

/** A time for which a process had a partition, by its own belief, and when it began its first handler or letter of it. */
interface Tenure {
  readonly life: Life;
  readonly sinceUs: number;
  firstBeganUs: number;
}

/**
 * I8: once a new owner has begun its first record of a partition, an earlier one begins no handler and no letter of it,
 * and has no commit of it accepted. What one was about to begin in the very moment in which it was stopped is none of that.
 */
export const oneOwner: Check = (evidence) => {
  const tenures = tenuresByPartition(evidence);
  return few(
    'I8',
    evidence.lives.flatMap((life) => trespasses(life, tenures)),
  );
};

function tenuresByPartition({ lives }: Evidence): Map<string, Tenure[]> {
  const all = new Map<string, Tenure[]>();
  for (const life of lives) {
    const now = new Map<string, Tenure>();
    for (const step of life.steps) {
      if (step.mark === 'P') {
        now.clear();
        for (const partition of step.partitions) {
          const tenure = { life, sinceUs: step.us, firstBeganUs: Infinity };
          now.set(partition, tenure);
          all.set(partition, [...(all.get(partition) ?? []), tenure]);
        }
      } else if (step.mark === 'B' || step.mark === 'L') {
        const tenure = now.get(step.partition);
        if (tenure !== undefined) tenure.firstBeganUs = Math.min(tenure.firstBeganUs, step.us);
      }
    }
  }
  return all;
}

function trespasses(life: Life, tenures: ReadonlyMap<string, readonly Tenure[]>): string[] {
  const problems: string[] = [];
  /** When it was given each partition last: to be given others says nothing of one that went away. */
  const assigned = new Map<string, number>();
  let sentUs = 0;
  const judge = (partition: string, us: number, what: string) => {
    const other = tenures
      .get(partition)
      ?.find(
        ({ life: owner, sinceUs, firstBeganUs }) =>
          owner !== life && sinceUs > (assigned.get(partition) ?? 0) && firstBeganUs < us,
      );
    if (other === undefined) return;
    const lateMs = (us - other.firstBeganUs) / 1e3;
    problems.push(
      `${life.name} ${what} of ${partition} ${lateMs} ms after ${other.life.name} had begun there`,
    );
  };
  for (const step of life.steps) {
    if (isBegunAsStopped(life, step)) continue;
    if (step.mark === 'P') {
      for (const partition of step.partitions) assigned.set(partition, step.us);
    } else if (step.mark === 'C') sentUs = step.us;
    else if (step.mark === 'B') judge(step.partition, step.us, `began a handler for ${step.offset}`);
    else if (step.mark === 'L') judge(step.partition, step.us, `began a letter for ${step.offset}`);
    else if (isAccepted(step))
      for (const { partition } of step.positions) judge(partition, sentUs, 'had a commit accepted');
  }
  return problems;
}

const isAccepted = ({ mark, text }: Step): boolean => mark === 'A' && text === 'acknowledged';
