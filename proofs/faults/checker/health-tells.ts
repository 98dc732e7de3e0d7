import type { Check, Evidence, HealthLook } from './evidence.ts';
import { few } from './settling.ts';
import { stuckHandlers } from './stuck-handlers.ts';

/** By which reason of /readyz an outage is told. */
const reasons = {
  kafka: /Kafka is away|not joined/,
  target: /is unavailable/,
  letters: / is held: /,
};
/** Within which /readyz must tell of an outage. */
const TOLD_WITHIN_US = 15e6;
/** Within which /healthz must tell of a handler that does not end: a look may have begun earlier. */
const STUCK_TOLD_WITHIN_US = 5e6;
/** A process that was stopped may believe for a moment that its client is stuck. */
const AFTER_STOP_US = 10e6;

/**
 * I11, as it is seen from outside: /healthz is 503 while a handler does not end, which a restart would cure, and never else,
 * whatever is away; and /readyz is 503 with the reason from 15 s after the beginning of an outage until its end.
 */
export const healthTells: Check = (evidence) => few('I11', [...wrongHealth(evidence), ...silent(evidence)]);

function wrongHealth({ lives, healthLooks, policy }: Evidence): string[] {
  const byName = new Map(
    lives.map((life) => [life.name, { stops: life.stops, stuck: stuckHandlers(life, policy) }]),
  );
  return healthLooks
    .filter(({ route }) => route === '/healthz')
    .flatMap(({ name, status, text, fromUs, toUs }) => {
      const { stops, stuck } = byName.get(name) ?? { stops: [], stuck: [] };
      if (stops.some((stop) => toUs >= stop.fromUs && fromUs <= stop.toUs + AFTER_STOP_US)) return [];
      if (status !== 200) {
        if (stuck.some((one) => toUs >= one.fromUs && fromUs <= one.toUs)) return [];
        return [`/healthz of ${name} was ${status} without a need for a restart: ${text}`];
      }
      return stuck.some((one) => fromUs >= one.fromUs + STUCK_TOLD_WITHIN_US && toUs <= one.toUs)
        ? [`/healthz of ${name} was 200 while a handler did not end`]
        : [];
    });
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
