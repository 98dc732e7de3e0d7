/** A look at one process, at a time in milliseconds. */
export interface Look {
  readonly atMs: number;
  readonly rssMib: number;
  readonly openFiles: number;
  /** Timers and handles: those that stay, as in `OwnResources`. */
  readonly timers: number;
  readonly handles: number;
  readonly heapMib: number;
  /** Memory outside of the heap that objects hold on to: buffers. */
  readonly externalMib: number;
}

export type Measure = Exclude<keyof Look, 'atMs'>;

/** What is usual in the first, second and last third of the time. */
export type Thirds = readonly [number, number, number];

interface Bound {
  readonly measure: Measure;
  /** The last third may be so much above the first. */
  readonly growth?: number;
  /** No third may be so far from another. */
  readonly spread?: number;
}

const bounds: readonly Bound[] = [
  { measure: 'rssMib', growth: 10 },
  { measure: 'openFiles', spread: 5 },
  { measure: 'timers', spread: 5 },
];

/**
 * The mean of each third; of timers and handles the median, for where the machine has too much to do for a while, those of
 * the work under way hide the ones that stay.
 * @returns null where a third has no look
 */
export function thirdsOf(looks: readonly Look[], measure: Measure): Thirds | null {
  const times = looks.map(({ atMs }) => atMs);
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const usual = measure === 'timers' || measure === 'handles' ? medianOf : meanOf;
  const thirds = [0, 1, 2].map((third) => {
    const own = looks.filter(({ atMs }) => thirdAt((atMs - first) / (last - first)) === third);
    return usual(own.map((look) => look[measure]));
  });
  return thirds.every(Number.isFinite) ? (thirds as unknown as Thirds) : null;
}

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

const medianOf = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >>> 1] ?? NaN;

const thirdAt = (share: number) => Math.min(2, Math.floor(3 * share));

/** I13: what one process takes does not grow over the run. In words, what is broken. */
export function growthProblems(name: string, looks: readonly Look[]): string[] {
  return bounds.flatMap(({ measure, growth = Infinity, spread = Infinity }) => {
    const thirds = thirdsOf(looks, measure);
    if (thirds === null) return [`I13: ${name} was not looked at in each third of the time`];
    const [first, , last] = thirds;
    const apart = Math.max(...thirds) - Math.min(...thirds);
    const said = `${name}: ${measure} ${thirds.map((third) => third.toFixed(1)).join(' → ')}`;
    if (last - first > growth) return [`I13: ${said}, more than ${growth} above the first third`];
    return apart > spread ? [`I13: ${said}, more than ${spread} apart`] : [];
  });
}
