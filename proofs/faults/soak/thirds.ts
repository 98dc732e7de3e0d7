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

/** The means of the first, second and last third of the time. */
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

/** @returns null where a third has no look */
export function thirdsOf(looks: readonly Look[], measure: Measure): Thirds | null {
  const times = looks.map(({ atMs }) => atMs);
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const means = [0, 1, 2].map((third) => {
    const own = looks.filter(({ atMs }) => thirdAt((atMs - first) / (last - first)) === third);
    return own.reduce((sum, look) => sum + look[measure], 0) / own.length;
  });
  return means.every(Number.isFinite) ? (means as unknown as Thirds) : null;
}

const thirdAt = (share: number) => Math.min(2, Math.floor(3 * share));

/** I13: what one process takes does not grow over the run. In words, what is broken. */
export function growthProblems(name: string, looks: readonly Look[]): string[] {
  return bounds.flatMap(({ measure, growth = Infinity, spread = Infinity }) => {
    const thirds = thirdsOf(looks, measure);
    if (thirds === null) return [`I13: ${name} was not looked at in each third of the time`];
    const [first, , last] = thirds;
    const apart = Math.max(...thirds) - Math.min(...thirds);
    const said = `${name}: ${measure} ${thirds.map((mean) => mean.toFixed(1)).join(' → ')}`;
    if (last - first > growth) return [`I13: ${said}, more than ${growth} above the first third`];
    return apart > spread ? [`I13: ${said}, more than ${spread} apart`] : [];
  });
}
