import type { Evidence, Life, LogRecord, Policy, Step } from './evidence.ts';

/** A record's place: `topic/partition@offset`. */
export function placeOf({ topic, partition, offset }: LogRecord): string {
  return `${topic}/${partition}@${offset}`;
}

export function stepPlace({ partition, offset }: Step): string {
  return `${partition}@${offset}`;
}

/**
 * Whether the record is begun, or would be with a lease. A letter that is due may be refused, and let go with its partition,
 * before it is sent: where nobody knows the topic's layout.
 */
export const isWorkBegun = ({ mark }: Step): boolean =>
  mark === 'B' || mark === 'N' || mark === 'D' || mark === 'L';

/** A handler that succeeded or a letter that was acknowledged, by whom. */
export interface Settling {
  readonly life: Life;
  readonly step: Step;
}

/** All of them by place, each list in the order of time. */
export function settlings(evidence: Evidence): Map<string, Settling[]> {
  const byPlace = new Map<string, Settling[]>();
  for (const life of evidence.lives) {
    for (const step of life.steps) {
      if (step.mark !== 'H' && step.mark !== 'W') continue;
      const place = stepPlace(step);
      const list = byPlace.get(place);
      if (list === undefined) byPlace.set(place, [{ life, step }]);
      else list.push({ life, step });
    }
  }
  for (const list of byPlace.values()) list.sort((a, b) => a.step.us - b.step.us);
  return byPlace;
}

/** The beginning of the handler or letter that settled it. */
export function beginningOf({ life, step }: Settling): Step | undefined {
  return beginningsOf(life)
    .get(stepPlace(step))
    ?.findLast(({ us }) => us <= step.us);
}

const known = new WeakMap<Life, ReadonlyMap<string, readonly Step[]>>();

/** Of all handlers and letters of a process, by place; found once, as there can be thousands who ask. */
function beginningsOf(life: Life): ReadonlyMap<string, readonly Step[]> {
  const before = known.get(life);
  if (before !== undefined) return before;
  const begun = life.steps.filter(({ mark }) => mark === 'B' || mark === 'L');
  const byPlace = Map.groupBy(begun, stepPlace);
  known.set(life, byPlace);
  return byPlace;
}

/** The places of the letters' records, by how many letters each has. */
export function letterPlaces(evidence: Evidence): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { value } of evidence.letters) {
    const letter = JSON.parse((value ?? Buffer.from('{}')).toString()) as Record<string, unknown>;
    const place = `${letter['topic'] as string}/${letter['partition'] as number}@${letter['offset'] as number}`;
    counts.set(place, (counts.get(place) ?? 0) + 1);
  }
  return counts;
}

/** The writer's own name for a record, which goes with it as a header. */
export function idOf(record: LogRecord): string {
  return record.headers.find(({ name }) => name === 'record-id')?.value?.toString() ?? '';
}

/** The stops after which the group may have dropped a process: those of about a session. */
export const longStops = ({ stops }: Life, { sessionMs }: Policy): Life['stops'] =>
  stops.filter(({ fromUs, toUs }) => toUs - fromUs >= sessionMs * 1e3 * 0.9);

/**
 * Whether the process had asked for its lease when it was stopped, and wrote down that it begins when it went on: between the two
 * lies a microsecond, which nobody can take away. It can be so of the first step behind a stop alone, and at once.
 */
export function isBegunAsStopped({ steps, stops }: Life, step: Step): boolean {
  if (step.mark !== 'B' && step.mark !== 'L') return false;
  return stops.some(({ fromUs, toUs, isCut = false }) => {
    if (isCut || toUs - fromUs <= AT_ONCE_US || step.us < toUs || step.us > toUs + AT_ONCE_US) return false;
    return !steps.some(({ us }) => us >= fromUs + AT_ONCE_US && us < step.us);
  });
}

/** What a machine with much to do may take to stop a process, or to let it go on. */
const AT_ONCE_US = 200_000;

/** Says the first few, and how many there are. */
export function few(invariant: string, problems: readonly string[]): string[] {
  const shown = problems.slice(0, 5).map((problem) => `${invariant}: ${problem}`);
  return problems.length > 5 ? [...shown, `${invariant}: ${problems.length} in all`] : shown;
}
