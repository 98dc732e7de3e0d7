import type { Check, Evidence, Life } from './evidence.ts';
import { few } from './settling.ts';

const OPEN_FILES_MAX = 250;
/** Each letter that is under way has one. */
const TIMERS_MAX = 10_000;
const RESOURCES_MAX = 500;
/** From any rest to a later one; without a fault it is half of that at most. */
const HEAP_GROWTH_MAX_BYTES = 1.5 * 1024 * 1024;
/** From the first rest to the last one. */
const TIMERS_GROWTH_MAX = 20;
const RESOURCES_GROWTH_MAX = 20;

const mib = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;

/** I13: memory, open files, timers and handles of each process stay below a bound, and don't grow from rest to rest. */
export const bounded: Check = (evidence) =>
  few(
    'I13',
    evidence.lives.flatMap((life) => [...tooMuch(life, evidence.policy), ...grown(life, evidence.rests)]),
  );

/** A process's look at itself; the heap is null where it was not measured. */
interface Look {
  readonly us: number;
  readonly timers: number;
  readonly resources: number;
  readonly heapBytes: number | null;
}

function looksOf({ steps }: Life): Look[] {
  return steps.flatMap(({ mark, us, text }) => {
    if (mark !== 'M') return [];
    const [timers, resources, heap] = text.split(' ');
    const heapBytes = heap === '-' ? null : Number(heap);
    return [{ us, timers: Number(timers), resources: Number(resources), heapBytes }];
  });
}

function tooMuch(life: Life, { rssMaxBytes }: Evidence['policy']): string[] {
  const { name, samples } = life;
  const looks = looksOf(life);
  const most = (values: readonly number[]) => values.reduce((a, b) => Math.max(a, b), 0);
  const rss = most(samples.map(({ rssBytes }) => rssBytes));
  const files = most(samples.map(({ openFiles }) => openFiles));
  const timers = most(looks.map((look) => look.timers));
  const resources = most(looks.map((look) => look.resources));
  return [
    ...(rss > rssMaxBytes ? [`${name} took ${mib(rss)} of memory, more than ${mib(rssMaxBytes)}`] : []),
    ...(files > OPEN_FILES_MAX ? [`${name} had ${files} files open`] : []),
    ...(timers > TIMERS_MAX ? [`${name} had ${timers} timers`] : []),
    ...(resources > RESOURCES_MAX ? [`${name} had ${resources} handles and requests`] : []),
  ];
}

function grown(life: Life, rests: Evidence['rests']): string[] {
  const least = rests.flatMap(({ fromUs, toUs }) => {
    const looks = looksOf(life).filter(({ us }) => us >= fromUs && us <= toUs);
    return looks.length === 0 ? [] : [leastOf(looks)];
  });
  const [first, last] = [least[0], least.at(-1)];
  if (first === undefined || last === undefined) return [];
  const heap = largestRise(least.map(({ heapBytes }) => heapBytes));
  const timers = last.timers - first.timers;
  const resources = last.resources - first.resources;
  return [
    ...(heap > HEAP_GROWTH_MAX_BYTES
      ? [`the heap of ${life.name} grew by ${mib(heap)} from rest to rest`]
      : []),
    ...(timers > TIMERS_GROWTH_MAX ? [`the timers of ${life.name} grew by ${timers} from rest to rest`] : []),
    ...(resources > RESOURCES_GROWTH_MAX
      ? [`the handles of ${life.name} grew by ${resources} from rest to rest`]
      : []),
  ];
}

/** The engine lets several megabytes of its own go, once: from the first rest to the last, that would hide what stays. */
function largestRise(values: readonly number[]): number {
  let [lowest, rise] = [Infinity, 0];
  for (const value of values) {
    lowest = Math.min(lowest, value);
    rise = Math.max(rise, value - lowest);
  }
  return rise;
}

function leastOf(looks: readonly Look[]): Record<'timers' | 'resources' | 'heapBytes', number> {
  return {
    timers: Math.min(...looks.map(({ timers }) => timers)),
    resources: Math.min(...looks.map(({ resources }) => resources)),
    heapBytes: Math.min(...looks.map(({ heapBytes }) => heapBytes ?? 0)),
  };
}
