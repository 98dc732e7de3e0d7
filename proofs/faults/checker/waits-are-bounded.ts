import type { Check, Evidence, Life, Step } from './evidence.ts';
import { few, stepPlace } from './settling.ts';

/** For what a machine that has too much to do costs beside what its processes see of it. */
const SLACK_US = 2e6;
/** Behind an outage or a stop, until a beat is answered again: without a lease nothing is begun. */
const LEASE_BACK_US = 10e6;
/** As often a process looks at itself; what comes later says for how long it had no turn. */
const LOOK_US = 1e6;

/**
 * I10: no wait before another attempt is longer than its step on the curve, and the cap. Where something else may hold the attempt up,
 * nothing is said: a deal of the partitions, a stop, something away, a gate that was ever shut, or as many handlers as may run.
 */
export const waitsAreBounded: Check = (evidence) =>
  few(
    'I10',
    evidence.lives.flatMap((life) => longWaits(life, evidence)),
  );

function longWaits(life: Life, evidence: Evidence): string[] {
  const { backoffBaseMs, backoffMaxMs, maxConcurrency } = evidence.policy;
  const failed = new Map<string, { us: number; attempts: number }>();
  const open = new Set<string>();
  const looksUs = life.steps.filter(({ mark }) => mark === 'M').map(({ us }) => us);
  const problems: string[] = [];
  /** When something was seen last that may hold up attempts. */
  let heldUpUs = -Infinity;
  for (const step of life.steps) {
    const { mark, us } = step;
    const place = stepPlace(step);
    if (open.size >= maxConcurrency - 1 || holdsUp(step)) heldUpUs = us;
    if (isOfShutGate(step)) return problems;
    if (mark === 'B') open.add(place);
    if (mark === 'H' || mark === 'F') open.delete(place);
    if (mark === 'F') failed.set(place, { us, attempts: Number(step.text) });
    const before = failed.get(place);
    if (mark !== 'B' || before === undefined) continue;
    failed.delete(place);
    const mostMs = Math.min(backoffMaxMs, backoffBaseMs * 2 ** before.attempts);
    const waitedUs = us - before.us;
    if (waitedUs <= mostMs * 1e3 + SLACK_US || heldUpUs >= before.us) continue;
    if (somethingWasAway(life, evidence, before.us, us)) continue;
    if (waitedUs <= mostMs * 1e3 + SLACK_US + withoutTurnUs(looksUs, before.us, us)) continue;
    problems.push(
      `${life.name} waited ${Math.round(waitedUs / 1e3)} ms before ${place}, where ${mostMs} are the most`,
    );
  }
  return problems;
}

const holdsUp = ({ mark }: Step): boolean => ['P', 'R', 'X', 'N', 'S', 'G'].includes(mark);

const isOfShutGate = ({ mark, text }: Step): boolean => mark === 'F' && text === 'outage';

function somethingWasAway({ stops }: Life, { outages }: Evidence, fromUs: number, toUs: number): boolean {
  const times = [...stops, ...outages.map((one) => ({ fromUs: one.fromUs, toUs: one.healedUs }))];
  return times.some((one) => one.fromUs < toUs && one.toUs + LEASE_BACK_US > fromUs);
}

/** By how much its looks at itself came too late, in all, over a time. */
function withoutTurnUs(looksUs: readonly number[], fromUs: number, toUs: number): number {
  return looksUs.reduce((sum, us, at) => {
    const lastUs = looksUs[at - 1] ?? us;
    return us < fromUs || lastUs > toUs ? sum : sum + Math.max(0, us - lastUs - LOOK_US);
  }, 0);
}
