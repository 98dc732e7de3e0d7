import type { Check, Evidence, HealthLook } from './evidence.ts';
import { few } from './settling.ts';

/** By which reason of /readyz an outage is told. */
const reasons = {
  kafka: /Kafka is away|not joined/,
  target: /is unavailable/,
  letters: / is held: /,
};
/** Within which /readyz must tell of an outage. */
const TOLD_WITHIN_US = 15e6;
/** A process that was stopped may believe for a moment that its client is stuck. */
const AFTER_STOP_US = 10e6;

/**
 * I11, as it is seen from outside: /healthz is never 503, whatever is away, and /readyz is 503 with the reason from 15 s
 * after the beginning of an outage until its end.
 */
export const healthTells: Check = (evidence) => few('I11', [...ill(evidence), ...silent(evidence)]);

function ill({ lives, healthLooks }: Evidence): string[] {
  return healthLooks
    .filter(({ route, status, ...look }) => {
      if (route !== '/healthz' || status === 200) return false;
      const stops = lives.find(({ name }) => name === look.name)?.stops ?? [];
      return !stops.some(({ fromUs, toUs }) => look.toUs >= fromUs && look.fromUs <= toUs + AFTER_STOP_US);
    })
    .map(({ name, text }) => `/healthz of ${name} was 503 without a need for a restart: ${text}`);
}

function silent({ lives, healthLooks, outages }: Evidence): string[] {
  return outages.flatMap(({ kind, fromUs, toUs }) => {
    // One broker of some need not be missed, and a letter may be shrunk.
    if (kind === 'broker' || kind === 'room') return [];
    return healthLooks
      .filter((look) => look.route === '/readyz')
      .filter((look) => look.fromUs >= fromUs + TOLD_WITHIN_US && look.toUs <= toUs)
      .filter((look) => isConcerned(lives, look, fromUs))
      .filter(({ status, text }) => status === 200 || !reasons[kind].test(text))
      .map(({ name, status, text }) => `/readyz of ${name} was ${status} in an outage (${kind}): ${text}`);
  });
}

/** It was there from the beginning of the outage on, and had a partition. */
function isConcerned(lives: Evidence['lives'], look: HealthLook, outageUs: number): boolean {
  const steps = lives.find(({ name }) => name === look.name)?.steps ?? [];
  const assigned = steps.findLast(({ mark, us }) => mark === 'P' && us <= look.fromUs);
  return assigned !== undefined && assigned.us < outageUs && assigned.partitions.length > 0;
}
