import type { Check, Evidence, Life } from './evidence.ts';
import { few, placeOf, settlings, stepPlace } from './settling.ts';

/**
 * I5: the records of a key are settled for the first time in their order, come what may; and no process begins an
 * earlier one of a key after a later one, unless it was stopped in between.
 */
export const keysInOrder: Check = (evidence) => {
  const lanes = lanesByPlace(evidence);
  return few('I5', [
    ...firstTimes(evidence, lanes),
    ...evidence.lives.flatMap((life) => stepsBack(life, lanes)),
  ]);
};

/** The key of each record that has one, with its partition. */
function lanesByPlace({ log }: Evidence): Map<string, string> {
  return new Map(
    log.flatMap((record) => {
      const { topic, partition, key } = record;
      return key === null ? [] : [[placeOf(record), `${topic}/${partition} ${key.toString('latin1')}`]];
    }),
  );
}

function firstTimes(evidence: Evidence, lanes: ReadonlyMap<string, string>): string[] {
  const firsts = [...settlings(evidence).values()].flatMap(([first]) => (first === undefined ? [] : [first]));
  const last = new Map<string, number>();
  const problems: string[] = [];
  for (const { step } of firsts.toSorted((a, b) => a.step.us - b.step.us)) {
    const lane = lanes.get(stepPlace(step));
    if (lane === undefined) continue;
    const before = last.get(lane) ?? -1;
    if (step.offset < before) problems.push(`${stepPlace(step)} was settled after ${before} of its key`);
    last.set(lane, Math.max(step.offset, before));
  }
  return problems;
}

function stepsBack({ name, steps, stops }: Life, lanes: ReadonlyMap<string, string>): string[] {
  const last = new Map<string, { offset: number; us: number }>();
  const problems: string[] = [];
  for (const step of steps) {
    if (step.mark !== 'B') continue;
    const lane = lanes.get(stepPlace(step));
    if (lane === undefined) continue;
    const before = last.get(lane);
    last.set(lane, step);
    if (before === undefined || step.offset >= before.offset) continue;
    if (stops.some(({ fromUs, toUs }) => toUs > before.us && fromUs < step.us)) continue;
    problems.push(`${name} began ${stepPlace(step)} after ${before.offset} of its key`);
  }
  return problems;
}
