import type { Check, Evidence, Life, Step } from './evidence.ts';
import { few, idOf, letterPlaces, placeOf, settlings, stepPlace } from './settling.ts';

/** I10: letters are for poison and for nothing else; attempts are the whole budget and no more, and waits within their bounds. */
export const lettersArePoison: Check = (evidence) =>
  few('I10', [
    ...wrongEnds(evidence),
    ...givenUpEarly(evidence),
    ...evidence.lives.flatMap((life) => wrongAttempts(life, evidence)),
  ]);

function wrongEnds(evidence: Evidence): string[] {
  const letters = letterPlaces(evidence);
  const settled = settlings(evidence);
  const poison = new Set(evidence.written.flatMap((record) => (record.poison ? [record.id] : [])));
  return evidence.log.flatMap((record) => {
    const place = placeOf(record);
    const isHandled = settled.get(place)?.some(({ step }) => step.mark === 'H') === true;
    if (poison.has(idOf(record))) {
      if (isHandled) return [`${place} is poison and was handled`];
      return letters.has(place) ? [] : [`${place} is poison and has no letter`];
    }
    return letters.has(place) ? [`${place} is no poison and has a letter`] : [];
  });
}

/** A letter for want of success has had every attempt that there is, all by the one who wrote it. */
function givenUpEarly({ letters, policy }: Evidence): string[] {
  return letters.flatMap(({ value }) => {
    const letter = JSON.parse((value ?? Buffer.from('{}')).toString()) as Record<string, unknown>;
    const { topic, partition, offset, code, attempts } = letter;
    if (code !== 'RETRIES_EXHAUSTED' || attempts === policy.maxRetries + 1) return [];
    return [
      `${String(topic)}/${String(partition)}@${String(offset)} was given up after ${String(attempts)} attempts`,
    ];
  });
}

function wrongAttempts({ name, steps }: Life, { lives, policy }: Evidence): string[] {
  const { maxRetries, backoffBaseMs, backoffMaxMs } = policy;
  const failed = new Map<string, { us: number; sinceUs: number; attempts: number }>();
  const sinceUs = new Map<string, number>();
  const others = lives.filter((life) => life.name !== name);
  const problems: string[] = [];
  for (const step of steps) {
    const place = stepPlace(step);
    if (step.mark === 'P') {
      for (const partition of step.partitions) sinceUs.set(partition, step.us);
    } else if (step.mark === 'F' && step.text !== 'outage') {
      const attempts = Number(step.text);
      if (attempts > maxRetries) problems.push(`${name} made attempt ${attempts + 1} of ${place}`);
      failed.set(place, { us: step.us, sinceUs: sinceUs.get(step.partition) ?? step.us, attempts });
    } else if (step.mark === 'B') {
      const before = failed.get(place);
      failed.delete(place);
      if (before === undefined) continue;
      const leastMs = Math.min(backoffMaxMs, backoffBaseMs * 2 ** before.attempts * 0.5);
      const waitedMs = (step.us - before.us) / 1e3;
      // A timer may come a millisecond early.
      if (waitedMs >= leastMs - 2 || wereGiven(others, step, before.sinceUs)) continue;
      problems.push(`${name} waited ${waitedMs} ms before ${place}, less than ${leastMs}`);
    }
  }
  return problems;
}

/**
 * Whether another one was given the step's partition between that time and the step: who has it back from another
 * begins its records anew, with the first attempt. One that was stopped writes its failure down when it goes on, when
 * the partition may be gone already.
 */
function wereGiven(others: readonly Life[], { partition, us }: Step, sinceUs: number): boolean {
  return others.some(({ steps }) =>
    steps.some(
      (step) => step.mark === 'P' && step.us > sinceUs && step.us < us && step.partitions.includes(partition),
    ),
  );
}
